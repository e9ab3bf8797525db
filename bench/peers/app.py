"""The stack that a Python API usually has: FastAPI, SlowAPI over Redis, tokens by python-jose, fields by a middleware.

It answers the price it is given at the start. The limit is set where nobody reaches it: what is measured is that it is
asked.
"""

import json
import os
import time

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jose import JWTError, jwt
from slowapi import Limiter, _rate_limit_exceeded_handler
from slowapi.errors import RateLimitExceeded
from slowapi.util import get_remote_address

PRICE = json.loads(os.environ["BENCH_PRICE"])
SECRET = os.environ["BENCH_SECRET"]
FIELDS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

limiter = Limiter(key_func=get_remote_address, storage_uri=os.environ["BENCH_REDIS"])
app = FastAPI()
app.state.limiter = limiter
app.add_exception_handler(RateLimitExceeded, _rate_limit_exceeded_handler)


@app.middleware("http")
async def add_fields(request: Request, call_next):
    response = await call_next(request)
    response.headers.update(FIELDS)
    return response


def caller(credentials: HTTPAuthorizationCredentials = Depends(HTTPBearer())) -> str:
    try:
        return jwt.decode(credentials.credentials, SECRET, algorithms=["HS256"], audience="bench")["sub"]
    except (JWTError, KeyError) as error:
        raise HTTPException(status_code=401) from error


@app.get("/token")
async def token() -> dict:
    now = int(time.time())
    claims = {"sub": "bench", "aud": "bench", "iat": now, "exp": now + 86400}
    return {"access_token": jwt.encode(claims, SECRET, algorithm="HS256")}


@app.get("/api/v1/price/{asset}")
@limiter.limit("1000000000/minute")
async def price(request: Request, asset: str, who: str = Depends(caller)) -> dict:
    if asset != PRICE["asset_id"]:
        raise HTTPException(status_code=404)
    return PRICE
