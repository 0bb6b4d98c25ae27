//! Who a conversation is. A [`VerifiedCustomer`] can be made here only: by order number and phone tail, by a phone
//! that the channel proved, or from a binding that an earlier verification left. Failures lock for a growing time.
//! Leaves to others: asking for the proof (`actions`), proving a contact's owner (`channel`).

use sqlx::{Row, SqliteConnection};

use super::rows::{moment, optional_moment, parsed};
use super::{Shop, ShopError};
use crate::domain::{ConversationId, CustomerId, OrderNumber, Phone, PhoneTail, Timestamp};

crate::closed_set! {
    /// What proved the customer.
    VerifiedHow {
        /// The number of an order and the last four digits of its receiver's phone.
        OrderAndPhoneTail = "order_and_phone_tail",
        /// The shopper's own contact, proven by the channel.
        ChannelContact = "channel_contact",
    }
}

/// A customer who proved to be one: the right to read and change what is theirs.
/// It has no public constructor and is not read from files, so holding one means that the proof was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifiedCustomer {
    customer: CustomerId,
    at: Timestamp,
    how: VerifiedHow,
}

impl VerifiedCustomer {
    /// Who it is.
    pub fn id(&self) -> CustomerId {
        self.customer
    }

    /// When the proof was given.
    pub fn verified_at(&self) -> Timestamp {
        self.at
    }

    /// What the proof was.
    pub fn how(&self) -> VerifiedHow {
        self.how
    }
}

/// The answer to a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    /// It holds.
    Verified(VerifiedCustomer),
    /// It does not hold: no such order, not this phone, no customer of this phone. One answer for all.
    Failed {
        /// Attempts that remain before a lock.
        attempts_left: u32,
    },
    /// Too many failures; the proof was not looked at.
    Locked(Lockout),
}

impl Verification {
    /// The customer, if the proof held.
    pub fn verified(self) -> Option<VerifiedCustomer> {
        match self {
            Verification::Verified(customer) => Some(customer),
            Verification::Failed { .. } | Verification::Locked(_) => None,
        }
    }
}

/// How long no proof is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Lockout {
    /// Until then.
    pub until: Timestamp,
    /// Whether everybody is locked, for too many conversations fail at once: staff should know.
    pub for_all: bool,
}

/// The counter of all conversations together.
const GLOBAL: &str = "global";
/// Failures of one conversation before each lock.
const FAILURES_BEFORE_LOCK: i64 = 5;
/// Failures of all conversations before each lock.
const GLOBAL_FAILURES_BEFORE_LOCK: i64 = 100;
/// The first lock; each further one is four times as long, up to a day.
const FIRST_LOCK_SECONDS: i64 = 300;
const LONGEST_LOCK_SECONDS: i64 = 86_400;
/// A counter starts anew after so long without a failure (one conversation, all).
const FORGET_SECONDS: i64 = 7 * 86_400;
const GLOBAL_FORGET_SECONDS: i64 = 3_600;

impl Shop {
    /// The proof by an order's number and the last four digits of its receiver's phone.
    pub async fn verify_by_order(
        &self,
        conversation: &ConversationId,
        number: &OrderNumber,
        tail: &PhoneTail,
        now: Timestamp,
    ) -> Result<Verification, ShopError> {
        if let Some(lockout) = self.lockout(conversation, now).await? {
            return Ok(Verification::Locked(lockout));
        }
        let owner: Option<i64> =
            sqlx::query_scalar("select customer_id from orders where number = ?1 and substr(receiver_phone, -4) = ?2")
                .bind(number.as_str())
                .bind(tail.as_str())
                .fetch_optional(&self.pool)
                .await?;
        self.settle(conversation, owner.map(CustomerId), VerifiedHow::OrderAndPhoneTail, now).await
    }

    /// The proof by a phone of which the channel has proven that it is the sender's own.
    pub async fn verify_by_contact(
        &self,
        conversation: &ConversationId,
        phone: &Phone,
        now: Timestamp,
    ) -> Result<Verification, ShopError> {
        if let Some(lockout) = self.lockout(conversation, now).await? {
            return Ok(Verification::Locked(lockout));
        }
        let owner: Option<i64> = sqlx::query_scalar("select id from customers where phone = ?1")
            .bind(phone.as_str())
            .fetch_optional(&self.pool)
            .await?;
        self.settle(conversation, owner.map(CustomerId), VerifiedHow::ChannelContact, now).await
    }

    /// The customer that this conversation proved to be earlier.
    pub async fn resume(&self, conversation: &ConversationId) -> Result<Option<VerifiedCustomer>, ShopError> {
        let row = sqlx::query("select customer_id, verified_at, method from bindings where conversation_id = ?1")
            .bind(conversation.to_string())
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(VerifiedCustomer {
            customer: CustomerId(row.try_get("customer_id")?),
            at: moment(&row, "verified_at")?,
            how: parsed(&row, "method")?,
        }))
    }

    /// Remembers who the conversation is.
    pub async fn bind(&self, conversation: &ConversationId, customer: &VerifiedCustomer) -> Result<(), ShopError> {
        let mut connection = self.pool.acquire().await?;
        bind(&mut connection, conversation, customer).await
    }

    /// Forgets who the conversation is.
    pub async fn unbind(&self, conversation: &ConversationId) -> Result<(), ShopError> {
        sqlx::query("delete from bindings where conversation_id = ?1")
            .bind(conversation.to_string())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The lock that holds for this conversation at present.
    pub async fn lockout(&self, conversation: &ConversationId, now: Timestamp) -> Result<Option<Lockout>, ShopError> {
        let row = sqlx::query(
            "select scope, locked_until from identity_failures
             where scope in (?1, ?2) and locked_until > ?3 order by locked_until desc limit 1",
        )
        .bind(scope_of(conversation))
        .bind(GLOBAL)
        .bind(now.millis())
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let for_all = row.try_get::<&str, _>("scope")? == GLOBAL;
        Ok(optional_moment(&row, "locked_until")?.map(|until| Lockout { until, for_all }))
    }

    /// Takes the answer to a proof, wherever it was looked up: counts a failure, or makes the customer verified.
    pub(super) async fn settle(
        &self,
        conversation: &ConversationId,
        owner: Option<CustomerId>,
        how: VerifiedHow,
        now: Timestamp,
    ) -> Result<Verification, ShopError> {
        let scope = scope_of(conversation);
        if let Some(owner) = owner {
            sqlx::query("delete from identity_failures where scope = ?1").bind(scope).execute(&self.pool).await?;
            return Ok(Verification::Verified(VerifiedCustomer { customer: owner, at: now, how }));
        }
        let mut transaction = self.pool.begin().await?;
        count_failure(&mut transaction, GLOBAL, GLOBAL_FAILURES_BEFORE_LOCK, GLOBAL_FORGET_SECONDS, now).await?;
        let failures = count_failure(&mut transaction, &scope, FAILURES_BEFORE_LOCK, FORGET_SECONDS, now).await?;
        transaction.commit().await?;
        let left = (FAILURES_BEFORE_LOCK - failures % FAILURES_BEFORE_LOCK) % FAILURES_BEFORE_LOCK;
        Ok(Verification::Failed { attempts_left: u32::try_from(left).unwrap_or(0) })
    }
}

/// Remembers in the caller's transaction who the conversation is.
pub async fn bind(
    connection: &mut SqliteConnection,
    conversation: &ConversationId,
    customer: &VerifiedCustomer,
) -> Result<(), ShopError> {
    sqlx::query(
        "insert into bindings (conversation_id, customer_id, verified_at, method) values (?1, ?2, ?3, ?4)
         on conflict (conversation_id) do update set customer_id = ?2, verified_at = ?3, method = ?4",
    )
    .bind(conversation.to_string())
    .bind(customer.customer.0)
    .bind(customer.at.millis())
    .bind(customer.how.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

fn scope_of(conversation: &ConversationId) -> String {
    format!("conversation:{conversation}")
}

/// Counts one failure and locks at every `every`-th. Gives the count.
async fn count_failure(
    connection: &mut SqliteConnection,
    scope: &str,
    every: i64,
    forget_seconds: i64,
    now: Timestamp,
) -> Result<i64, ShopError> {
    let failures: i64 = sqlx::query_scalar(
        "insert into identity_failures (scope, failures, last_failure_at, locked_until) values (?1, 1, ?2, 0)
         on conflict (scope) do update set
             failures = case when last_failure_at < ?3 then 1 else failures + 1 end, last_failure_at = ?2
         returning failures",
    )
    .bind(scope)
    .bind(now.millis())
    .bind(now.plus_seconds(-forget_seconds).millis())
    .fetch_one(&mut *connection)
    .await?;
    if failures % every == 0 {
        sqlx::query("update identity_failures set locked_until = ?2 where scope = ?1")
            .bind(scope)
            .bind(now.plus_seconds(lock_seconds(failures / every)).millis())
            .execute(connection)
            .await?;
    }
    Ok(failures)
}

/// How long the `nth` lock lasts, from 1 on.
fn lock_seconds(nth: i64) -> i64 {
    let doublings = u32::try_from(2 * (nth - 1).clamp(0, 10)).unwrap_or(20);
    FIRST_LOCK_SECONDS.saturating_mul(1_i64 << doublings).min(LONGEST_LOCK_SECONDS)
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::demo::tests::small_shop;

    fn chat(name: &str) -> ConversationId {
        format!("telegram:{name}").parse().unwrap()
    }

    #[test]
    fn locks_grow_to_a_day() {
        let seconds: Vec<i64> = (1..=6).map(lock_seconds).collect();
        assert_eq!(seconds, [300, 1_200, 4_800, 19_200, 76_800, 86_400]);
        assert_eq!(lock_seconds(i64::MAX), 86_400);
    }

    #[tokio::test]
    async fn five_failures_lock_and_even_the_truth_is_not_looked_at_then() {
        let shop = small_shop().await;
        let now = crate::shop::demo::DEMO_TODAY;
        let (number, tail) = shop.any_order(1).await;
        let wrong: PhoneTail = if tail.as_str() == "0000" { "0001" } else { "0000" }.parse().unwrap();
        let unknown: OrderNumber = "9999999999999999".parse().unwrap();
        for left in [4, 3, 2, 1, 0] {
            let number = if left % 2 == 0 { &unknown } else { &number };
            let answer = shop.verify_by_order(&chat("a"), number, &wrong, now).await.unwrap();
            assert_eq!(answer, Verification::Failed { attempts_left: left }, "unknown and wrong are one answer");
        }
        let until = now.plus_seconds(300);
        let locked = Verification::Locked(Lockout { until, for_all: false });
        assert_eq!(shop.verify_by_order(&chat("a"), &number, &tail, now).await.unwrap(), locked);
        let other = shop.verify_by_order(&chat("b"), &number, &tail, now).await.unwrap();
        assert_eq!(other.verified().map(|customer| customer.id()), Some(CustomerId(1)));
        let later = shop.verify_by_order(&chat("a"), &number, &tail, until).await.unwrap().verified().unwrap();
        assert_eq!(shop.resume(&chat("a")).await.unwrap(), None);
        shop.bind(&chat("a"), &later).await.unwrap();
        assert_eq!(shop.resume(&chat("a")).await.unwrap(), Some(later));
        shop.unbind(&chat("a")).await.unwrap();
        assert_eq!(shop.resume(&chat("a")).await.unwrap(), None);
    }

    #[tokio::test]
    async fn many_conversations_that_fail_lock_all() {
        let shop = small_shop().await;
        let now = crate::shop::demo::DEMO_TODAY;
        let phone: Phone = "19999999999".parse().unwrap();
        for attempt in 0..GLOBAL_FAILURES_BEFORE_LOCK {
            let conversation = chat(&format!("c{attempt}"));
            let answer = shop.verify_by_contact(&conversation, &phone, now).await.unwrap();
            assert_eq!(answer, Verification::Failed { attempts_left: 4 });
        }
        let lockout = shop.lockout(&chat("somebody else"), now).await.unwrap();
        assert_eq!(lockout, Some(Lockout { until: now.plus_seconds(300), for_all: true }));
    }
}
