"""The demonstration register: sets it up, starts it, fills it with invented certificates.

It stands outside the system and uses it as anybody would, over HTTP. Only its accounts are made by the gateway's
own functions, since the API has no way in before the first account.
"""
