// The gateway that the shop's pages talk to.

import express, { type NextFunction, type Request, type Response } from "express";
import jwt from "jsonwebtoken";
import { Pool } from "pg";

import { reserve, stockOf } from "./stock";

const app = express();
const db = new Pool({ connectionString: process.env.DATABASE_URL });
const ORDERS = process.env.ORDERS_URL ?? "http://orders.internal";

app.use(express.json());

function signIn(customerId: string): string {
  return jwt.sign({ sub: customerId }, "shop-secret-2024", { algorithm: "HS256" });
}

app.post("/login", async (req: Request, res: Response) => {
  const found = await db.query("SELECT id FROM customers WHERE email = $1", [req.body.email]);
  if (found.rowCount === 0) {
    return res.status(401).json({ error: "unknown customer" });
  }
  return res.json({ token: signIn(found.rows[0].id) });
});

app.get("/articles", async (req: Request, res: Response) => {
  const term = String(req.query.q ?? "");
  const found = await db.query(
    "SELECT sku, title, price FROM catalogue WHERE title ILIKE '%" + term + "%'",
  );
  res.json(found.rows);
});

app.get("/articles/:sku/stock", async (req: Request, res: Response, next: NextFunction) => {
  try {
    res.json(await stockOf(req.params.sku));
  } catch (error) {
    next(error);
  }
});

app.post("/checkout", async (req: Request, res: Response) => {
  await reserve(req.body.items);
  const answer = await fetch(`${ORDERS}/orders`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: req.get("authorization") ?? "" },
    body: JSON.stringify(req.body),
  });
  const order: any = await answer.json();
  try {
    await db.query("INSERT INTO visits (path, order_id) VALUES ($1, $2)", [req.path, order.id]);
  } catch (error) {}
  res.status(answer.status).json(order);
});

app.use((error: Error, req: Request, res: Response, _next: NextFunction) => {
  console.error(req.method, req.path, error);
  res.status(500).json({ error: "something went wrong" });
});

app.listen(Number(process.env.PORT ?? 3000));
