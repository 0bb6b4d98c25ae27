//! Notices: what is told without being asked this minute.
//!
//! > 小二: 您等的声屿 AirTune Pro（黑）到货了，199 元，要下单直接说。
//! > 顾客: 不用提醒了
//!
//! Each is one transaction: its mark in the shop, the transcript, the outbox. Leaves to others: when they are looked
//! for and how they sound at night (`runtime`).

use super::{Engine, EngineError};
use crate::domain::{Button, ConversationId, Event, Owner, Press, Reply, ReplyKey};
use crate::shop::{self, Change, RestockNotice, ShopChange};

/// How the keys of notices begin: the runtime sends what has such a key without a sound at night.
pub const NOTICE: &str = "notice:";

impl Engine {
    /// Tells those who wait for it that a variant is back, each once. At most `most`; returns how many were told.
    /// Where a person speaks with the shopper, the notice waits.
    pub async fn tell_restocked(&self, most: u32) -> Result<usize, EngineError> {
        let mut told = 0;
        for notice in self.services.shop.due_restock_notices(most).await? {
            if self.bot_speaks(&notice.conversation).await? && self.tell(&notice).await? {
                told += 1;
            }
        }
        Ok(told)
    }

    async fn bot_speaks(&self, conversation: &ConversationId) -> Result<bool, EngineError> {
        let summary = self.store.conversation(conversation).await?;
        Ok(summary.is_some_and(|summary| summary.reachable && matches!(summary.owner, Owner::Bot | Owner::Resolved)))
    }

    async fn tell(&self, notice: &RestockNotice) -> Result<bool, EngineError> {
        // What a merchant sold meanwhile is not back any more.
        let there = self.services.shop.variant(notice.variant).await?.filter(|variant| variant.stock > 0);
        let Some(variant) = there else { return Ok(false) };
        let sequence = match self.store.conversation(&notice.conversation).await? {
            Some(summary) => summary.last_sequence,
            None => return Ok(false),
        };
        let order = Press::WishForProduct { intent: crate::domain::Intent::PlaceOrder, product: notice.product };
        let reply = Reply::new(ReplyKey::RestockBack)
            .with("title", &notice.title)
            .with("label", variant.label())
            .with("price", variant.price.to_string())
            .with_row([Button::new(ReplyKey::LabelPlaceOrder, order)]);
        let turn = u32::try_from(sequence).unwrap_or(u32::MAX);
        let messages = vec![self.renderer.render(&reply, &notice.conversation, turn)];
        let now = self.clock.now();
        let key = format!("{NOTICE}restock/{}", notice.id);
        let change = ShopChange::by_nobody(key.clone(), Change::MarkRestockNotified { notice: notice.id });
        let mut transaction = self.store.begin().await?;
        let marked = match transaction.sqlite() {
            Some(connection) => shop::apply(connection, &change, &self.rules, now).await?,
            None => self.services.shop.own().apply(&change, &self.rules, now).await?,
        };
        if marked.is_err() {
            // Told or called off meanwhile.
            return Ok(false);
        }
        let events = [Event::Replied { messages: messages.clone() }];
        transaction.append(&notice.conversation, sequence, now, &events).await?;
        transaction.enqueue(&notice.conversation, &key, &messages, now).await?;
        transaction.commit().await?;
        Ok(true)
    }
}
