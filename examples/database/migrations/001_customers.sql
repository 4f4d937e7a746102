create table customers (
  id integer primary key generated always as identity,
  email text not null unique,
  city text not null
);
