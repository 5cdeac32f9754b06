"""Tokens for the API, and the dependency that asks for one."""

from datetime import datetime, timedelta, timezone

import jwt
from fastapi import Header, HTTPException

SECRET_KEY = "b6f2c1d09ae74e5f8a1d"
TOKEN_LIFETIME = timedelta(minutes=15)


def issue_token(customer_id: str) -> str:
    claims = {
        "sub": customer_id,
        "exp": datetime.now(timezone.utc) + TOKEN_LIFETIME,
    }
    return jwt.encode(claims, SECRET_KEY, algorithm="HS256")


def current_customer(authorization: str = Header()) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise HTTPException(status_code=401, detail="a bearer token is required")
    try:
        claims = jwt.decode(token, SECRET_KEY, algorithms=["HS256"])
    except jwt.InvalidTokenError as error:
        raise HTTPException(status_code=401, detail="the token is not valid") from error
    return claims["sub"]
