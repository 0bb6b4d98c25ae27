//! The shop's knowledge: `prompts/faq.toml`, searched by words and intents, answered by templates.
//! Leaves to others: cutting words (a function is handed in), the figures (a policy is handed in).

mod index;
mod terms;

use std::collections::BTreeSet;

use crate::domain::Intent;
use index::Index;
use terms::Synonyms;

/// The knowledge that ships with the program.
const EMBEDDED: &str = include_str!("../../prompts/faq.toml");

/// An entry's words are too weak below this, whatever the intent.
const LEAST_EVIDENCE: f64 = 0.18;
/// Evidence and bonus together must reach this.
const LEAST_SCORE: f64 = 0.32;
/// Added where the message's main intent is the entry's main intent.
const MAIN_INTENT_BONUS: f64 = 0.14;
/// Added where any other pair of intents agrees.
const OTHER_INTENT_BONUS: f64 = 0.10;

/// One piece of knowledge.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaqEntry {
    /// Its stable name.
    pub id: String,
    /// The intents that it answers, the main one first.
    pub intents: Vec<Intent>,
    /// How shoppers ask.
    pub questions: Vec<String>,
    /// The answer: a minijinja template that may use `policy`.
    pub answer: String,
}

/// An entry with how well it answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored<'a> {
    /// The entry.
    pub entry: &'a FaqEntry,
    /// From 0 to about 1.14: the words' evidence (at most 1) and the bonus for an intent.
    pub score: f64,
}

/// Why the knowledge was refused.
#[derive(Debug, thiserror::Error)]
pub enum FaqError {
    /// It cannot be read at all.
    #[error("faq line {line}: {message}")]
    Unreadable {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// Two entries have one id.
    #[error("faq {0} stands twice")]
    Twice(String),
    /// A group of synonyms that is none.
    #[error("faq synonyms [{0}]: a group has two or more, none of them empty")]
    Synonyms(String),
    /// An entry without intents, questions or an answer.
    #[error("faq {0} has no {1}")]
    Lacks(String, &'static str),
    /// An answer is no template, or names a figure that the policy has not.
    #[error("faq {id}: {message}")]
    Template {
        /// The entry.
        id: String,
        /// What the template engine says.
        message: String,
    },
}

/// The whole knowledge with its index.
#[derive(Debug)]
pub struct Faq {
    entries: Vec<FaqEntry>,
    index: Index,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Groups of ways to say the same, of which the first stands for all.
    #[serde(default)]
    synonyms: Vec<Vec<String>>,
    faq: Vec<FaqEntry>,
}

impl Faq {
    /// Reads and indexes knowledge. `cut` gives the words of a text; the same one must cut the messages.
    ///
    /// # Errors
    /// [`FaqError`], the first mistake found.
    pub fn load(text: &str, cut: &dyn Fn(&str) -> Vec<String>) -> Result<Faq, FaqError> {
        let File { synonyms, faq: entries } = toml::from_str(text).map_err(|error| FaqError::Unreadable {
            line: error.span().and_then(|span| text.get(..span.start)).map_or(1, |text| text.matches('\n').count() + 1),
            message: error.message().replace('\n', " "),
        })?;
        if let Some(group) = synonyms.iter().find(|group| group.len() < 2 || group.iter().any(String::is_empty)) {
            return Err(FaqError::Synonyms(group.join("、")));
        }
        let mut ids = BTreeSet::new();
        for entry in &entries {
            if !ids.insert(&entry.id) {
                return Err(FaqError::Twice(entry.id.clone()));
            }
            for (what, missing) in [
                ("intents", entry.intents.is_empty()),
                ("questions", entry.questions.iter().all(|question| question.trim().is_empty())),
                ("answer", entry.answer.trim().is_empty()),
            ] {
                if missing {
                    return Err(FaqError::Lacks(entry.id.clone(), what));
                }
            }
            minijinja::Environment::new().template_from_str(&entry.answer).map_err(|error| template(entry, &error))?;
        }
        let index = Index::build(&entries, Synonyms::new(&synonyms), cut);
        Ok(Faq { entries, index })
    }

    /// The knowledge that ships with the program.
    pub fn embedded(cut: &dyn Fn(&str) -> Vec<String>) -> Faq {
        Faq::load(EMBEDDED, cut).expect("the embedded knowledge passes its own check: this is a bug")
    }

    /// Every entry, in the order of the file.
    pub fn entries(&self) -> &[FaqEntry] {
        &self.entries
    }

    /// The entry of that id.
    pub fn entry(&self, id: &str) -> Option<&FaqEntry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The entries that answer a message, the best first and at most `top`; none where the evidence is weak.
    /// `words` are the message's words, `intents` what it wants (may be empty), the main one first.
    pub fn answer(&self, words: &[String], intents: &[Intent], top: usize) -> Vec<Scored<'_>> {
        let evidence = self.index.evidence(words);
        let mut found: Vec<Scored<'_>> = self
            .entries
            .iter()
            .zip(evidence)
            .filter(|(_, evidence)| *evidence >= LEAST_EVIDENCE)
            .map(|(entry, evidence)| Scored { entry, score: evidence + bonus(entry, intents) })
            .filter(|scored| scored.score >= LEAST_SCORE)
            .collect();
        // The sort is stable: equal scores keep the order of the file.
        found.sort_by(|one, other| other.score.total_cmp(&one.score));
        found.truncate(top);
        found
    }

    /// The words of an answer. `policy` is what `{{ policy.… }}` reads.
    ///
    /// # Errors
    /// [`FaqError::Template`] where the answer names what `policy` has not.
    pub fn render<P: serde::Serialize>(&self, entry: &FaqEntry, policy: &P) -> Result<String, FaqError> {
        let mut environment = minijinja::Environment::new();
        environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        let context = minijinja::context! { policy => minijinja::Value::from(minijinja::value::Serde(policy)) };
        environment.render_str(&entry.answer, context).map_err(|error| template(entry, &error))
    }
}

fn template(entry: &FaqEntry, error: &minijinja::Error) -> FaqError {
    FaqError::Template { id: entry.id.clone(), message: error.to_string() }
}

fn bonus(entry: &FaqEntry, intents: &[Intent]) -> f64 {
    let main = intents.first().is_some_and(|main| entry.intents.first() == Some(main));
    if main {
        MAIN_INTENT_BONUS
    } else if intents.iter().any(|intent| entry.intents.contains(intent)) {
        OTHER_INTENT_BONUS
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests;
