CREATE TABLE baskets (
    user_id BIGINT NOT NULL REFERENCES users (id),
    tea     SMALLINT NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (user_id, tea)
);

CREATE TABLE orders (
    id         BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    user_id    BIGINT NOT NULL REFERENCES users (id),
    address    TEXT NOT NULL,
    total      INTEGER NOT NULL,
    ordered_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
