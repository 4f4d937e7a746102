create table products (
  sku text primary key,
  name text not null,
  price integer not null,
  stock integer not null check (stock >= 0)
);

create table orders (
  id integer primary key generated always as identity,
  customer integer not null references customers,
  product text not null references products,
  payment text not null,
  status text not null default 'paid'
);
