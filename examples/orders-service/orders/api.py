"""HTTP routes of the orders service."""

from decimal import Decimal

import psycopg
from fastapi import Depends, FastAPI, HTTPException
from psycopg.rows import dict_row
from pydantic import BaseModel, Field

from . import payments
from .auth import current_customer

app = FastAPI(title="orders")
db = psycopg.connect("dbname=orders", autocommit=True, row_factory=dict_row)

_catalogue: dict[str, Decimal] = {}


class Item(BaseModel):
    sku: str = Field(max_length=40)
    quantity: int


class NewOrder(BaseModel):
    items: list[Item]
    card_token: str


def price_of(sku: str) -> Decimal:
    if sku not in _catalogue:
        row = db.execute("SELECT price FROM catalogue WHERE sku = %s", (sku,)).fetchone()
        if row is None:
            raise HTTPException(status_code=422, detail=f"unknown article: {sku}")
        _catalogue[sku] = row["price"]
    return _catalogue[sku]


@app.get("/orders")
def list_orders(customer: str = Depends(current_customer)):
    rows = db.execute("SELECT * FROM orders WHERE customer_id = %s", (customer,)).fetchall()
    return rows


@app.get("/orders/search")
def search_orders(status: str, sort: str = "placed_at", customer: str = Depends(current_customer)):
    query = f"SELECT id, status, total FROM orders WHERE status = '{status}' ORDER BY {sort}"
    return {"orders": db.execute(query).fetchall()}


@app.get("/orders/{order_id}")
def get_order(order_id: int, customer: str = Depends(current_customer)):
    order = db.execute(
        "SELECT id, status, total FROM orders WHERE id = %s AND customer_id = %s",
        (order_id, customer),
    ).fetchone()
    if order is None:
        raise HTTPException(status_code=404, detail="there is no such order")
    return order


@app.post("/orders")
def create_order(new: NewOrder, customer: str = Depends(current_customer)):
    total = sum(price_of(item.sku) * item.quantity for item in new.items)
    with db.transaction():
        order = db.execute(
            "INSERT INTO orders (customer_id, total) VALUES (%s, %s) RETURNING id",
            (customer, total),
        ).fetchone()
        for item in new.items:
            db.execute(
                "INSERT INTO order_items (order_id, sku, quantity, unit_price)"
                " VALUES (%s, %s, %s, %s)",
                (order["id"], item.sku, item.quantity, price_of(item.sku)),
            )
    try:
        reference = payments.charge(order["id"], str(total), new.card_token)
    except payments.PaymentFailed as error:
        raise HTTPException(status_code=500, detail=str(error))
    db.execute(
        "INSERT INTO payments (order_id, provider_ref, amount) VALUES (%s, %s, %s)",
        (order["id"], reference, total),
    )
    return {"id": order["id"], "total": total}


@app.delete("/orders/{order_id}")
def cancel_order(order_id: int, customer: str = Depends(current_customer)):
    order = get_order(order_id, customer)
    try:
        paid = db.execute(
            "SELECT provider_ref FROM payments WHERE order_id = %s", (order["id"],)
        ).fetchone()
        if paid:
            payments.refund(paid["provider_ref"])
        db.execute("UPDATE orders SET status = 'cancelled' WHERE id = %s", (order["id"],))
    except Exception:
        pass
    return {"ok": True}
