DROP TABLE order_lines;
DROP TABLE orders;
DROP TABLE carts;
DROP TABLE goods;
