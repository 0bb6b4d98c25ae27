//! The one way to the shop for everything that serves shoppers: what the shop knows comes from the embedded shop or, if
//! a mapping is given, from the merchant's own database; what is xiaoer's own (who a conversation is, failed proofs,
//! cases, notices, the synchronised text index) is always in ours. Leaves to others: both implementations.

use super::mapped::{MappedShop, Otherwise, Written};
use super::{
    Address, Applied, Case, Change, Coupon, Customer, Effect, GiftCard, PaidBack, PricePoint, Promotion, Refused,
    RestockNotice, ShippingRegion, Shop, ShopChange, ShopError, SizeTable, Verification, VerifiedCustomer, VerifiedHow,
};
use crate::domain::{
    Catalogue, ConversationId, CustomerId, Interaction, Money, Order, OrderNumber, OrderState, Phone, PhoneTail,
    Product, ProductFilter, ProductId, Timestamp, TrackingNumber, Variant, VariantId,
};

/// The shop as actions see it; cheap to clone.
#[derive(Debug, Clone)]
pub struct Gateway {
    own: Shop,
    mapped: Option<MappedShop>,
}

type Found<T> = Result<T, ShopError>;

impl Gateway {
    /// The embedded shop.
    pub fn embedded(own: Shop) -> Self {
        Gateway { own, mapped: None }
    }

    /// The merchant's own database, with `own` for what is ours.
    pub fn mapped(own: Shop, mapped: MappedShop) -> Self {
        Gateway { own, mapped: Some(mapped) }
    }

    /// Our own database: the embedded shop, or our state beside a mapped one.
    pub fn own(&self) -> &Shop {
        &self.own
    }

    /// The merchant's database, where one is mapped.
    pub fn merchant(&self) -> Option<&MappedShop> {
        self.mapped.as_ref()
    }

    /// See [`Shop::orders_of`].
    pub async fn orders_of(&self, customer: &VerifiedCustomer, limit: u32, states: &[OrderState]) -> Found<Vec<Order>> {
        match &self.mapped {
            Some(shop) => shop.orders_of(customer, limit, states).await,
            None => self.own.orders_of(customer, limit, states).await,
        }
    }

    /// See [`Shop::count_orders`].
    pub async fn count_orders(&self, customer: &VerifiedCustomer, states: &[OrderState]) -> Found<u64> {
        match &self.mapped {
            Some(shop) => shop.count_orders(customer, states).await,
            None => self.own.count_orders(customer, states).await,
        }
    }

    /// See [`Shop::order`].
    pub async fn order(&self, customer: &VerifiedCustomer, number: &OrderNumber) -> Found<Option<Order>> {
        match &self.mapped {
            Some(shop) => shop.order(customer, number).await,
            None => self.own.order(customer, number).await,
        }
    }

    /// See [`Shop::order_of_parcel`].
    pub async fn order_of_parcel(&self, customer: &VerifiedCustomer, number: &TrackingNumber) -> Found<Option<Order>> {
        match &self.mapped {
            Some(shop) => shop.order_of_parcel(customer, number).await,
            None => self.own.order_of_parcel(customer, number).await,
        }
    }

    /// See [`Shop::paid_back`].
    pub async fn paid_back(&self, customer: &VerifiedCustomer, number: &OrderNumber) -> Found<Vec<PaidBack>> {
        match &self.mapped {
            Some(shop) => shop.paid_back(customer, number).await,
            None => self.own.paid_back(customer, number).await,
        }
    }

    /// See [`Shop::product`].
    pub async fn product(&self, id: ProductId) -> Found<Option<Product>> {
        Ok(self.products(&[id]).await?.pop())
    }

    /// See [`Shop::products`].
    pub async fn products(&self, ids: &[ProductId]) -> Found<Vec<Product>> {
        match &self.mapped {
            Some(shop) => shop.products(ids).await,
            None => self.own.products(ids).await,
        }
    }

    /// See [`Shop::variant`].
    pub async fn variant(&self, id: VariantId) -> Found<Option<Variant>> {
        match &self.mapped {
            Some(shop) => shop.variant(id).await,
            None => self.own.variant(id).await,
        }
    }

    /// See [`Shop::search`]. A mapped shop is searched in our text index of it; price, stock and shelf are as its
    /// database has them now.
    pub async fn search(&self, filter: &ProductFilter, limit: u32, offset: u32) -> Found<(Vec<Product>, u64)> {
        let Some(shop) = &self.mapped else { return self.own.search(filter, limit, offset).await };
        if self.own.is_empty().await? {
            let found = shop.search(&filter.words, limit, offset).await?;
            let found: Vec<Product> = found.into_iter().filter(|product| fits(product, filter)).collect();
            let total = found.len() as u64;
            return Ok((found, total));
        }
        let (indexed, total) = self.own.search(filter, limit, offset).await?;
        let ids: Vec<ProductId> = indexed.iter().map(|product| product.id).collect();
        let mut fresh = shop.products(&ids).await?;
        fresh.retain(|product| fits(product, filter));
        Ok((fresh, total))
    }

    /// See [`Shop::size_table`].
    pub async fn size_table(&self, product: ProductId) -> Found<Option<SizeTable>> {
        match &self.mapped {
            Some(shop) => shop.size_table(product).await,
            None => self.own.size_table(product).await,
        }
    }

    /// See [`Shop::price_history`].
    pub async fn price_history(&self, variant: VariantId) -> Found<Vec<PricePoint>> {
        match &self.mapped {
            Some(shop) => shop.price_history(variant).await,
            None => self.own.price_history(variant).await,
        }
    }

    /// See [`Shop::lowest_price`].
    pub async fn lowest_price(&self, variant: VariantId, from: Timestamp, until: Timestamp) -> Found<Option<Money>> {
        match &self.mapped {
            Some(shop) => Ok(lowest(&shop.price_history(variant).await?, from, until)),
            None => self.own.lowest_price(variant, from, until).await,
        }
    }

    /// See [`Shop::catalogue`]. Of a mapped shop, the names that were synchronised.
    pub async fn catalogue(&self) -> Found<Catalogue> {
        self.own.catalogue().await
    }

    /// See [`Shop::interactions_of`].
    pub async fn interactions_of(&self, customer: CustomerId, limit: u32) -> Found<Vec<Interaction>> {
        self.own.interactions_of(customer, limit).await
    }

    /// See [`Shop::customer`].
    pub async fn customer(&self, customer: &VerifiedCustomer) -> Found<Option<Customer>> {
        self.customer_by_id(customer.id()).await
    }

    /// See [`Shop::customer_by_id`].
    pub async fn customer_by_id(&self, id: CustomerId) -> Found<Option<Customer>> {
        match &self.mapped {
            Some(shop) => shop.customer_by_id(id).await,
            None => self.own.customer_by_id(id).await,
        }
    }

    /// See [`Shop::customer_by_phone`].
    pub async fn customer_by_phone(&self, phone: &Phone) -> Found<Option<Customer>> {
        match &self.mapped {
            Some(shop) => shop.customer_by_phone(phone).await,
            None => self.own.customer_by_phone(phone).await,
        }
    }

    /// See [`Shop::addresses`].
    pub async fn addresses(&self, customer: &VerifiedCustomer) -> Found<Vec<Address>> {
        match &self.mapped {
            Some(shop) => shop.addresses(customer).await,
            None => self.own.addresses(customer).await,
        }
    }

    /// See [`Shop::coupons_of`].
    pub async fn coupons_of(&self, customer: &VerifiedCustomer, now: Timestamp) -> Found<Vec<Coupon>> {
        match &self.mapped {
            Some(shop) => shop.coupons_of(customer, now).await,
            None => self.own.coupons_of(customer, now).await,
        }
    }

    /// See [`Shop::gift_cards_of`].
    pub async fn gift_cards_of(&self, customer: &VerifiedCustomer, now: Timestamp) -> Found<Vec<GiftCard>> {
        match &self.mapped {
            Some(shop) => shop.gift_cards_of(customer, now).await,
            None => self.own.gift_cards_of(customer, now).await,
        }
    }

    /// See [`Shop::promotions`].
    pub async fn promotions(&self, now: Timestamp) -> Found<Vec<Promotion>> {
        match &self.mapped {
            Some(shop) => shop.promotions(now).await,
            None => self.own.promotions(now).await,
        }
    }

    /// See [`Shop::shipping_regions`].
    pub async fn shipping_regions(&self) -> Found<Vec<ShippingRegion>> {
        match &self.mapped {
            Some(shop) => shop.shipping_regions().await,
            None => self.own.shipping_regions().await,
        }
    }

    /// See [`Shop::cases_of`].
    pub async fn cases_of(&self, customer: &VerifiedCustomer, limit: u32) -> Found<Vec<Case>> {
        self.own.cases_of(customer, limit).await
    }

    /// See [`Shop::cases_of_conversation`].
    pub async fn cases_of_conversation(&self, conversation: &ConversationId, limit: u32) -> Found<Vec<Case>> {
        self.own.cases_of_conversation(conversation, limit).await
    }

    /// See [`Shop::due_restock_notices`].
    pub async fn due_restock_notices(&self, limit: u32) -> Found<Vec<RestockNotice>> {
        self.own.due_restock_notices(limit).await
    }

    /// See [`Shop::restock_notices_of`].
    pub async fn restock_notices_of(&self, conversation: &ConversationId) -> Found<Vec<RestockNotice>> {
        self.own.restock_notices_of(conversation).await
    }

    /// See [`Shop::resume`].
    pub async fn resume(&self, conversation: &ConversationId) -> Found<Option<VerifiedCustomer>> {
        self.own.resume(conversation).await
    }

    /// See [`Shop::bind`].
    pub async fn bind(&self, conversation: &ConversationId, customer: &VerifiedCustomer) -> Found<()> {
        self.own.bind(conversation, customer).await
    }

    /// See [`Shop::unbind`].
    pub async fn unbind(&self, conversation: &ConversationId) -> Found<()> {
        self.own.unbind(conversation).await
    }

    /// Carries a change out in the merchant's own database. None where that is not done there: it is ours to write down,
    /// with [`apply`](super::apply), be it the change itself or a request to staff.
    pub async fn carry_out(&self, change: &ShopChange, now: Timestamp) -> Found<Option<Result<Applied, Refused>>> {
        let (Some(shop), Some(owner)) = (&self.mapped, change.owner()) else { return Ok(None) };
        if !shop.writes(change.change()) {
            return Ok(None);
        }
        let order = match change.change().order() {
            Some(number) => match shop.bare_order(owner, number).await? {
                Some(order) => Some(order),
                None => return Ok(Some(Err(Refused::NotFound))),
            },
            None => None,
        };
        let Some(written) = shop.write(change, now).await? else { return Ok(None) };
        let repeated = match written {
            Written::Now => false,
            Written::Before => true,
            Written::Refused(Otherwise::Request) => return Ok(None),
            Written::Refused(Otherwise::Refuse) => {
                return Ok(Some(Err(
                    order.map_or(Refused::NotFound, |order| Refused::WrongState { state: order.state })
                )));
            }
        };
        let effect = match (change.change(), order) {
            (Change::CancelOrder { .. }, Some(order)) => Effect::Cancelled {
                refund: if order.paid_at.is_some() { order.total - order.gift_card } else { Money::ZERO },
                gift_card: order.gift_card,
                coupons: 0,
            },
            // Its number is the shop's own; the shopper finds it with the order.
            _ => Effect::Done,
        };
        Ok(Some(Ok(Applied { effect, repeated })))
    }

    /// See [`Shop::verify_by_order`]. Locks and counters are ours; the order is looked for in the merchant's database.
    pub async fn verify_by_order(
        &self,
        conversation: &ConversationId,
        number: &OrderNumber,
        tail: &PhoneTail,
        now: Timestamp,
    ) -> Found<Verification> {
        let Some(shop) = &self.mapped else {
            return self.own.verify_by_order(conversation, number, tail, now).await;
        };
        if let Some(lockout) = self.own.lockout(conversation, now).await? {
            return Ok(Verification::Locked(lockout));
        }
        let owner = shop.owner_of_order(number, tail).await?;
        self.own.settle(conversation, owner, VerifiedHow::OrderAndPhoneTail, now).await
    }

    /// See [`Shop::verify_by_contact`].
    pub async fn verify_by_contact(
        &self,
        conversation: &ConversationId,
        phone: &Phone,
        now: Timestamp,
    ) -> Found<Verification> {
        let Some(shop) = &self.mapped else { return self.own.verify_by_contact(conversation, phone, now).await };
        if let Some(lockout) = self.own.lockout(conversation, now).await? {
            return Ok(Verification::Locked(lockout));
        }
        let owner = shop.customer_by_phone(phone).await?.map(|customer| customer.id);
        self.own.settle(conversation, owner, VerifiedHow::ChannelContact, now).await
    }
}

/// Whether one of its variants is what the filter asks for at present.
fn fits(product: &Product, filter: &ProductFilter) -> bool {
    product.on_shelf
        && filter.category.as_ref().is_none_or(|category| *category == product.category)
        && filter.brand.as_ref().is_none_or(|brand| *brand == product.brand)
        && product.variants.iter().any(|variant| {
            filter
                .colour
                .as_ref()
                .is_none_or(|wish| variant.colour.as_ref().is_some_and(|colour| colour.contains(wish)))
                && filter
                    .size
                    .as_ref()
                    .is_none_or(|wish| variant.size.as_ref().is_some_and(|size| size.eq_ignore_ascii_case(wish)))
                && filter.least.is_none_or(|least| variant.price >= least)
                && filter.most.is_none_or(|most| variant.price <= most)
                && (!filter.in_stock || variant.stock > 0)
        })
}

/// The lowest price that held from `from` until `until`: also the one that already held at `from`.
fn lowest(points: &[PricePoint], from: Timestamp, until: Timestamp) -> Option<Money> {
    let held = points.iter().rev().find(|point| point.since <= from).map_or(from, |point| point.since);
    points.iter().filter(|point| point.since >= held && point.since <= until).map(|point| point.price).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_that_already_held_counts() {
        let at = Timestamp::from_millis;
        let point = |since, yuan| PricePoint { since: at(since), price: Money::from_yuan(yuan) };
        let points = [point(10, 90), point(20, 100), point(30, 95)];
        assert_eq!(lowest(&points, at(25), at(40)), Some(Money::from_yuan(95)));
        assert_eq!(lowest(&points, at(25), at(29)), Some(Money::from_yuan(100)));
        assert_eq!(lowest(&points, at(5), at(9)), None);
        assert_eq!(lowest(&points, at(15), at(25)), Some(Money::from_yuan(90)));
    }
}
