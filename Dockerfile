# One image for all services; the command says which one runs.
# The official Python image is built with profile-guided and link-time optimisation, which is worth 20-40 % to this
# code; an image with a plainly built interpreter would do the same work slower.
FROM python:3.11-slim-bookworm AS dependencies
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/register
COPY requirements.lock .
RUN /opt/register/bin/pip install --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm
ENV PATH=/opt/register/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin register \
    # A new volume takes the owner of the folder it is mounted over.
    && install -d -o register -g register /var/lib/register/blobs /var/lib/register/index
COPY --from=dependencies /opt/register /opt/register
WORKDIR /app
COPY . .
# Compiled here, since the running container may not write to its own code.
RUN python -m compileall -q /app
USER register
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-m", "plumbing.health"]
CMD ["python", "-m", "plumbing.run", "--help"]
