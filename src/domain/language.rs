//! The languages of replies. Leaves to others: hearing which one is spoken (`nlu`), the words (`prompts/`).

crate::closed_set! {
    /// A language that the bot answers in.
    Language {
        /// Chinese in simplified characters.
        Simplified = "zh_hans",
        /// Chinese in traditional characters.
        Traditional = "zh_hant",
        /// English.
        English = "en",
    }
}
