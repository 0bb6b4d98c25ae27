-- What remote provinces pay on top, whatever the basket.
alter table shipping_regions add column surcharge integer not null default 0;
