"""A client generated from the document alone: signs in, reads a price, asks for the account."""

import os
import sys

sys.path.insert(0, sys.argv[1])

from aspis_client import AuthenticatedClient, Client
from aspis_client.api.accounts import login, me
from aspis_client.api.market import price
from aspis_client.models import LoginInput, Me, PriceOutput, SignInOutput

address = sys.argv[2]
with Client(base_url=address) as stranger:
    body = LoginInput(email="demo@example.org", password=os.environ["ASPIS_TEST_PASSWORD"])
    tokens = login.sync(client=stranger, body=body)
    assert isinstance(tokens, SignInOutput) and tokens.access_token, tokens
    found = price.sync("BTC", client=stranger)
    assert isinstance(found, PriceOutput) and float(found.price) > 0, found
with AuthenticatedClient(base_url=address, token=tokens.access_token) as member:
    account = me.sync(client=member)
    assert isinstance(account, Me) and account.email == "demo@example.org", account
print(f"python: signed in as {account.email}, BTC at {found.price}")
