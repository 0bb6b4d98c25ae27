//! Cases, restock notices and where the shop delivers. Leaves to others: opening and closing them (`writes`),
//! sending a notice (`runtime`).

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::rows::{moment, money, optional_moment, parsed};
use super::{Shop, ShopError, VerifiedCustomer};
use crate::domain::{ConversationId, Money, OrderNumber, ProductId, Timestamp, VariantId};

/// A complaint or service request with a promised time.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Case {
    /// Its number.
    pub id: i64,
    /// What kind: complaint, not_received, damage …
    pub kind: String,
    /// What it is about, in a line.
    pub summary: String,
    /// The order it is about.
    pub order: Option<OrderNumber>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When an answer was promised.
    pub promised_at: Timestamp,
    /// When it was closed; none while it is open.
    pub closed_at: Option<Timestamp>,
    /// How it ended.
    pub resolution: Option<String>,
}

/// A wish to be told when a variant is back.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct RestockNotice {
    /// Its id, for marking it as sent.
    pub id: i64,
    /// Whom to tell.
    pub conversation: ConversationId,
    /// The variant.
    pub variant: VariantId,
    /// Its product.
    pub product: ProductId,
    /// The product's title.
    pub title: String,
}

/// Whether and how the shop delivers to a province.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ShippingRegion {
    /// The province with its suffix.
    pub province: String,
    /// Whether it is delivered to at all.
    pub reachable: bool,
    /// The postage.
    pub fee: Money,
    /// No postage from this basket on.
    pub free_from: Money,
    /// On top of it, whatever the basket.
    pub surcharge: Money,
    /// Days on the way, at least.
    pub days_least: u32,
    /// Days on the way, at most.
    pub days_most: u32,
}

impl Shop {
    /// The customer's cases, newest first.
    pub async fn cases_of(&self, customer: &VerifiedCustomer, limit: u32) -> Result<Vec<Case>, ShopError> {
        let rows = sqlx::query(
            "select c.*, coalesce(o.number, c.order_number) as number from cases c left join orders o on o.id = c.order_id and o.customer_id = ?1
             where c.customer_id = ?1 order by c.id desc limit ?2",
        )
        .bind(customer.id().0)
        .bind(limit)
        .fetch_all(self.asked("cases_of"))
        .await?;
        rows.iter().map(case_from).collect()
    }

    /// The cases that were opened in a conversation, newest first: also those of nobody verified.
    pub async fn cases_of_conversation(
        &self,
        conversation: &ConversationId,
        limit: u32,
    ) -> Result<Vec<Case>, ShopError> {
        let rows = sqlx::query(
            "select c.*, coalesce(o.number, c.order_number) as number from cases c left join orders o on o.id = c.order_id
             where c.conversation_id = ?1 order by c.id desc limit ?2",
        )
        .bind(conversation.to_string())
        .bind(limit)
        .fetch_all(self.asked("cases_of_conversation"))
        .await?;
        rows.iter().map(case_from).collect()
    }

    /// The notices that are due: their variant has stock again. At most `limit`, oldest first.
    pub async fn due_restock_notices(&self, limit: u32) -> Result<Vec<RestockNotice>, ShopError> {
        let rows = sqlx::query(
            "select n.id, n.conversation_id, n.variant_id, p.id as product_id, p.title
             from restock_notices n join variants v on v.id = n.variant_id join products p on p.id = v.product_id
             where n.notified_at is null and v.stock > 0 and p.on_shelf = 1 order by n.id limit ?1",
        )
        .bind(limit)
        .fetch_all(self.asked("due_restock_notices"))
        .await?;
        rows.iter().map(notice_from).collect()
    }

    /// What a conversation still waits to be told of, oldest first.
    pub async fn restock_notices_of(&self, conversation: &ConversationId) -> Result<Vec<RestockNotice>, ShopError> {
        let rows = sqlx::query(
            "select n.id, n.conversation_id, n.variant_id, p.id as product_id, p.title
             from restock_notices n join variants v on v.id = n.variant_id join products p on p.id = v.product_id
             where n.notified_at is null and n.conversation_id = ?1 order by n.id",
        )
        .bind(conversation.to_string())
        .fetch_all(self.asked("restock_notices_of"))
        .await?;
        rows.iter().map(notice_from).collect()
    }

    /// How the shop delivers to a province, named with or without its suffix.
    pub async fn shipping_region(&self, province: &str) -> Result<Option<ShippingRegion>, ShopError> {
        let row = sqlx::query(
            "select * from shipping_regions where length(?1) >= 2
                 and (province = ?1 or substr(province, 1, length(?1)) = ?1 or substr(?1, 1, length(province)) = province)
             order by province limit 1",
        )
        .bind(province)
        .fetch_optional(self.asked("shipping_region"))
        .await?;
        row.as_ref().map(region_from).transpose()
    }

    /// How the shop delivers everywhere.
    pub async fn shipping_regions(&self) -> Result<Vec<ShippingRegion>, ShopError> {
        let rows = sqlx::query("select * from shipping_regions order by province")
            .fetch_all(self.asked("shipping_regions"))
            .await?;
        rows.iter().map(region_from).collect()
    }
}

fn case_from(row: &SqliteRow) -> Result<Case, ShopError> {
    let number = match row.try_get::<Option<&str>, _>("number")? {
        Some(_) => Some(parsed(row, "number")?),
        None => None,
    };
    Ok(Case {
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        summary: row.try_get("summary")?,
        order: number,
        opened_at: moment(row, "opened_at")?,
        promised_at: moment(row, "promised_at")?,
        closed_at: optional_moment(row, "closed_at")?,
        resolution: row.try_get("resolution")?,
    })
}

fn notice_from(row: &SqliteRow) -> Result<RestockNotice, ShopError> {
    Ok(RestockNotice {
        id: row.try_get("id")?,
        conversation: parsed(row, "conversation_id")?,
        variant: VariantId(row.try_get("variant_id")?),
        product: ProductId(row.try_get("product_id")?),
        title: row.try_get("title")?,
    })
}

fn region_from(row: &SqliteRow) -> Result<ShippingRegion, ShopError> {
    Ok(ShippingRegion {
        province: row.try_get("province")?,
        reachable: row.try_get("reachable")?,
        fee: money(row, "fee")?,
        free_from: money(row, "free_from")?,
        surcharge: money(row, "surcharge")?,
        days_least: super::rows::count(row, "days_least")?,
        days_most: super::rows::count(row, "days_most")?,
    })
}
