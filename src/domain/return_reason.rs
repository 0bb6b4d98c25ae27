//! Why goods come back, as far as it changes what the shop does. Leaves to others: the shopper's own words.

crate::closed_set! {
    /// A reason for a return, exchange or refund.
    ReturnReason {
        /// Changed their mind, does not suit.
        NoReason = "no_reason",
        /// Broken, spoilt, does not work.
        Quality = "quality",
        /// Something else or too little was in the parcel.
        WrongItem = "wrong_item",
        /// Not as described or shown.
        NotAsDescribed = "not_as_described",
        /// Damaged on the way.
        TransportDamage = "transport_damage",
    }
}

impl ReturnReason {
    /// Whether the goods or the shop are at fault, so that the exceptions of the seven days do not count.
    pub fn is_fault(self) -> bool {
        self != ReturnReason::NoReason
    }
}
