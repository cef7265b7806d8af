"""Work for a process apart that never ends."""


def made(_data: bytes) -> None:
    while True:
        pass
