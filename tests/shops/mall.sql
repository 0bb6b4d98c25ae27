-- The tables of macrozheng/mall (Apache-2.0) that config/shops/mall.toml reads, with the columns it uses, their public
-- names and types; the rows are the tests' own.
create table ums_member_level (id bigint primary key auto_increment, name varchar(100));
create table ums_member (
    id bigint primary key auto_increment, member_level_id bigint, username varchar(64), nickname varchar(64),
    phone varchar(64), status int(1), create_time datetime, gender int(1), integration int,
    key phone (phone)
);
create table ums_member_receive_address (
    id bigint primary key auto_increment, member_id bigint, name varchar(100), phone_number varchar(64),
    default_status int(1), post_code varchar(100), province varchar(100), city varchar(100), region varchar(100),
    detail_address varchar(128), key member (member_id)
);
create table pms_product (
    id bigint primary key auto_increment, name varchar(200) not null, pic varchar(255), delete_status int(1),
    publish_status int(1), sale int, price decimal(10, 2), promotion_price decimal(10, 2), sub_title varchar(255),
    description text, stock int, keywords varchar(255), promotion_start_time datetime, promotion_end_time datetime,
    promotion_type int(1), brand_name varchar(255), product_category_name varchar(255)
);
create table pms_sku_stock (
    id bigint primary key auto_increment, product_id bigint, sku_code varchar(64) not null, price decimal(10, 2),
    stock int default 0, sale int, promotion_price decimal(10, 2), lock_stock int default 0, sp_data varchar(500),
    key product_id (product_id)
);
create table pms_comment (id bigint primary key auto_increment, product_id bigint, star int(3), key product_id (product_id));
create table pms_product_attribute (id bigint primary key auto_increment, name varchar(64), sort int, type int(1));
create table pms_product_attribute_value (
    id bigint primary key auto_increment, product_id bigint, product_attribute_id bigint, value varchar(64),
    key product_id (product_id)
);
create table oms_order (
    id bigint primary key auto_increment, member_id bigint not null, coupon_id bigint, order_sn varchar(64),
    create_time datetime, member_username varchar(64), total_amount decimal(10, 2), pay_amount decimal(10, 2),
    freight_amount decimal(10, 2), promotion_amount decimal(10, 2), integration_amount decimal(10, 2),
    coupon_amount decimal(10, 2), discount_amount decimal(10, 2), pay_type int(1), status int(1),
    delivery_company varchar(64), delivery_sn varchar(64), bill_type int(1), bill_header varchar(200),
    bill_content varchar(200), bill_receiver_email varchar(64), receiver_name varchar(100) not null,
    receiver_phone varchar(32) not null, receiver_province varchar(32), receiver_city varchar(32),
    receiver_region varchar(32), receiver_detail_address varchar(200), note varchar(500), confirm_status int(1),
    delete_status int(1) not null default 0, use_integration int, payment_time datetime, delivery_time datetime,
    receive_time datetime, modify_time datetime, key order_sn (order_sn), key member (member_id, create_time)
);
create table oms_order_item (
    id bigint primary key auto_increment, order_id bigint, order_sn varchar(64), product_id bigint,
    product_pic varchar(500), product_name varchar(200), product_brand varchar(200), product_price decimal(10, 2),
    product_quantity int, product_sku_id bigint, real_amount decimal(10, 2), product_attr varchar(500),
    key order_id (order_id), key order_sn (order_sn)
);
create table oms_order_return_apply (
    id bigint primary key auto_increment, order_id bigint, company_address_id bigint, product_id bigint,
    order_sn varchar(64), create_time datetime, member_username varchar(64), return_amount decimal(10, 2),
    return_name varchar(100), return_phone varchar(100), status int(1), handle_time datetime, product_pic varchar(500),
    product_name varchar(200), product_brand varchar(200), product_attr varchar(500), product_count int,
    product_price decimal(10, 2), product_real_price decimal(10, 2), reason varchar(200), description varchar(500),
    receive_time datetime, key order_id (order_id)
);
create table sms_coupon (
    id bigint primary key auto_increment, name varchar(100), amount decimal(10, 2), min_point decimal(10, 2),
    start_time datetime, end_time datetime, use_type int(1)
);
create table sms_coupon_history (
    id bigint primary key auto_increment, coupon_id bigint, member_id bigint, use_status int(1), use_time datetime,
    order_id bigint, order_sn varchar(100), key member (member_id)
);
create table sms_coupon_product_category_relation (
    id bigint primary key auto_increment, coupon_id bigint, product_category_name varchar(200), key coupon_id (coupon_id)
);

insert into ums_member_level values (4, '普通会员');
insert into ums_member values
    (1, 4, 'lin', '林小满', '13900000001', 1, '2025-01-02 08:00:00', 2, 300),
    (2, 4, 'zhou', '周末', '13900000002', 1, '2025-03-04 09:00:00', 1, 0);
insert into ums_member_receive_address values
    (1, 1, '林小满', '13900000001', 0, '310000', '浙江省', '杭州市', '西湖区', '文三路 1 号'),
    (2, 1, '林小满', '13900000001', 1, '310000', '浙江省', '杭州市', '余杭区', '良渚街道 2 号');
insert into pms_product values
    (26, '星河手机 P20', 'http://img.example/26.jpg', 0, 1, 100, 3788.00, null, '全面屏旗舰', '6.1 寸', 1000, '手机', null, null, 0, '星河', '手机通讯'),
    (27, '云雀手机 8', 'http://img.example/27.jpg', 0, 1, 99, 2699.00, 2499.00, '骁龙处理器', '拍照好', 100, '手机', '2020-01-01 00:00:00', '2099-01-01 00:00:00', 1, '云雀', '手机通讯'),
    (30, '棉麻短袖T恤', null, 0, 1, 5, 98.00, null, '透气', '纯棉', 60, 'T恤', null, null, 0, '山野', 'T恤'),
    (31, '停产的老款', null, 0, 0, 1, 58.00, null, '', '', 0, '', null, null, 0, '山野', 'T恤');
insert into pms_sku_stock values
    (110, 26, 'P20-1', 3788.00, 500, 0, null, 4, '[{"key":"颜色","value":"金色"},{"key":"容量","value":"16G"}]'),
    (111, 26, 'P20-2', 3999.00, 0, 0, null, 0, '[{"key":"颜色","value":"银色"},{"key":"容量","value":"32G"}]'),
    (98, 27, '8-1', 2699.00, 86, 0, 2499.00, 0, '[{"key":"颜色","value":"黑色"},{"key":"容量","value":"32G"}]');
insert into pms_comment values (1, 26, 5), (2, 26, 4);
insert into pms_product_attribute values (1, '屏幕尺寸', 0, 1), (2, '颜色', 0, 0);
insert into pms_product_attribute_value values (1, 26, 1, '6.1'), (2, 26, 2, '金色');
insert into oms_order (id, member_id, order_sn, create_time, member_username, total_amount, pay_amount, freight_amount,
    promotion_amount, integration_amount, coupon_amount, discount_amount, pay_type, status, delivery_company, delivery_sn,
    receiver_name, receiver_phone, receiver_province, receiver_city, receiver_region, receiver_detail_address,
    delete_status, use_integration, payment_time, delivery_time, receive_time) values
    (12, 1, '202606150101000001', '2026-06-15 12:24:27', 'lin', 3788.00, 3777.75, 10.00, 20.25, 0, 0, 0, 0, 0, null, null,
     '林小满', '13900000001', '浙江省', '杭州市', '西湖区', '文三路 1 号', 0, 50, null, null, null),
    (13, 1, '202606150102000002', '2026-06-15 14:24:29', 'lin', 5398.00, 5398.00, 0, 0, 0, 0, 0, 1, 1, '', '',
     '林小满', '13900000001', '浙江省', '杭州市', '西湖区', '文三路 1 号', 0, null, '2026-06-15 14:25:00', null, null),
    (14, 1, '202606130101000001', '2026-06-13 16:57:40', 'lin', 98.00, 98.00, 0, 0, 0, 0, 0, 2, 2, '顺丰速运', 'sf2017071963983',
     '林小满', '13900000001', '浙江省', '杭州市', '西湖区', '文三路 1 号', 0, null, '2026-06-13 16:58:00', '2026-06-14 09:00:00', null),
    (15, 1, '202606100102000002', '2026-06-10 17:03:00', 'lin', 2699.00, 2699.00, 0, 0, 0, 0, 0, 1, 3, '中通快递', 'ZT1234567890',
     '林小满', '13900000001', '浙江省', '杭州市', '西湖区', '文三路 1 号', 0, null, '2026-06-10 17:04:00', '2026-06-11 09:00:00', '2026-06-16 18:30:00'),
    (16, 1, '202606090102000009', '2026-06-09 17:03:00', 'lin', 98.00, 98.00, 0, 0, 0, 0, 0, 1, 4, '', '',
     '林小满', '13900000001', '浙江省', '杭州市', '西湖区', '文三路 1 号', 1, null, null, null, null),
    (17, 2, '202606140101000007', '2026-06-14 10:00:00', 'zhou', 98.00, 98.00, 0, 0, 0, 0, 0, 1, 1, '', '',
     '周末', '13900000002', '江苏省', '南京市', '鼓楼区', '中山路 7 号', 0, null, '2026-06-14 10:01:00', null, null);
insert into oms_order_item values
    (21, 12, '202606150101000001', 26, null, '星河手机 P20', '星河', 3788.00, 1, 110, 3767.75, '[{"key":"颜色","value":"金色"},{"key":"容量","value":"16G"}]'),
    (22, 13, '202606150102000002', 27, null, '云雀手机 8', '云雀', 2699.00, 2, 98, 2699.00, '[{"key":"颜色","value":"黑色"},{"key":"容量","value":"32G"}]'),
    (23, 14, '202606130101000001', 30, null, '棉麻短袖T恤', '山野', 98.00, 1, null, 98.00, ''),
    (24, 15, '202606100102000002', 27, null, '云雀手机 8', '云雀', 2699.00, 1, 98, 2699.00, '[{"key":"颜色","value":"黑色"},{"key":"容量","value":"32G"}]'),
    (25, 17, '202606140101000007', 30, null, '棉麻短袖T恤', '山野', 98.00, 1, null, 98.00, null);
insert into sms_coupon values
    (27, '全品类通用券', 10.00, 100.00, '2026-01-01 00:00:00', '2026-12-31 00:00:00', 0),
    (28, '手机分类专用券', 100.00, 1000.00, '2026-01-01 00:00:00', '2026-12-31 00:00:00', 1),
    (29, '过期的券', 600.00, 0, '2025-01-01 00:00:00', '2025-12-31 00:00:00', 0);
insert into sms_coupon_history values (1, 27, 1, 0, null, null, null), (2, 28, 1, 0, null, null, null), (3, 29, 1, 0, null, null, null), (4, 27, 2, 0, null, null, null);
insert into sms_coupon_product_category_relation values (1, 28, '手机通讯');
