-- The shop's articles; orders, their items and payments.

CREATE TABLE tenants (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name       varchar(120) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE customers (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id  uuid NOT NULL REFERENCES tenants (id),
    email      varchar(254) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, email)
);

CREATE TABLE catalogue (
    sku        varchar(40) PRIMARY KEY,
    title      text NOT NULL,
    price      numeric(12, 2) NOT NULL,
    weight_kg  real NOT NULL
);

CREATE TABLE orders (
    id          serial PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers (id),
    status      varchar(20) NOT NULL DEFAULT 'open',
    total       float NOT NULL,
    placed_at   timestamp NOT NULL DEFAULT now(),
    CHECK (status IN ('open', 'paid', 'shipped', 'cancelled'))
);

CREATE TABLE order_items (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id   integer NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    sku        varchar(40) NOT NULL,
    quantity   integer NOT NULL CHECK (quantity > 0),
    unit_price numeric(12, 2) NOT NULL
);

CREATE INDEX order_items_order_id_idx ON order_items (order_id);

CREATE TABLE payments (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    order_id     integer NOT NULL REFERENCES orders (id),
    provider_ref text NOT NULL,
    amount       numeric(12, 2) NOT NULL,
    captured_at  timestamptz
);

CREATE UNIQUE INDEX payments_provider_ref_idx ON payments (provider_ref);

CREATE TABLE visits (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    path       text NOT NULL,
    order_id   integer REFERENCES orders (id) ON DELETE SET NULL,
    visited_at timestamp DEFAULT now()
);
