//! `xiaoer explain`: what one message is understood as, and which characters weighed most. Leaves to others:
//! understanding (`nlu`) and weighing (`nlu::explain`).

use std::path::PathBuf;

use crate::app::{Parts, demo_clock, open_store};
use crate::config::Config;
use crate::domain::Meaning;
use crate::nlu::explain::occlusion;

/// A weight of at least this share of the heaviest is printed.
const WORTH_SAYING: f32 = 0.1;

/// The message.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What a shopper writes.
    text: String,
    /// What was said to the shopper before.
    #[arg(long)]
    previous: Option<String>,
    /// The settings.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Everything that is known of one message.
#[derive(Debug, serde::Serialize)]
struct Explanation {
    meaning: Meaning,
    /// How much the main intent's probability falls without each character.
    weights: Vec<(char, f32)>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let config = Config::load(arguments.config.as_deref())?;
    let explanation = tokio::runtime::Runtime::new()?.block_on(explain(&config, arguments))?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&explanation)?);
    } else {
        print!("{}", text_of(&explanation));
    }
    Ok(())
}

async fn explain(config: &Config, arguments: &Arguments) -> anyhow::Result<Explanation> {
    let store = open_store(config).await?;
    let clock = demo_clock(&store).await?;
    let engine = Parts::open(config)?.engine(store, clock.clone()).await?;
    let now = clock.now().zoned(&engine.services.zone);
    let meaning = engine.reader.read(&arguments.text, arguments.previous.as_deref(), &now).await?;
    let weights = match meaning.ranked.first() {
        Some(top) => {
            let model = engine.reader.encoder().model();
            occlusion(model, &meaning.normalized, arguments.previous.as_deref(), top.intent)
        }
        None => Vec::new(),
    };
    Ok(Explanation { meaning, weights })
}

fn text_of(explanation: &Explanation) -> String {
    let meaning = &explanation.meaning;
    let entities: Vec<String> =
        meaning.entities.iter().map(|entity| format!("{}={}", entity.value.kind(), entity.value)).collect();
    let ranked: Vec<String> =
        meaning.ranked.iter().map(|scored| format!("{} {:.2}", scored.intent, scored.probability)).collect();
    let intents: Vec<&str> = meaning.intents.iter().map(|intent| intent.as_str()).collect();
    let cues: Vec<&str> = meaning.cues.iter().map(|cue| cue.as_str()).collect();
    let lines = [
        ("text", meaning.normalized.clone()),
        ("words", meaning.words.join(" / ")),
        ("entities", entities.join("  ")),
        ("intents", intents.join(" + ")),
        ("ranked", ranked.join("  ")),
        ("emotion", format!("{} {:.2}", meaning.emotion, meaning.emotion_probability)),
        ("scope", format!("out of scope {:.2}, escalation {:.2}", meaning.out_of_scope, meaning.escalation)),
        ("moves", cues.join(" ")),
        ("weights", heaviest(&explanation.weights)),
    ];
    lines
        .into_iter()
        .map(|(name, value)| format!("{name:<9} {}\n", if value.is_empty() { "–" } else { &value }))
        .collect()
}

/// The characters with their weights in order of the text, without those that hardly weigh anything.
fn heaviest(weights: &[(char, f32)]) -> String {
    let most = weights.iter().map(|(_, weight)| weight.abs()).fold(0.0, f32::max);
    let heavy = weights.iter().filter(|(_, weight)| weight.abs() > most * WORTH_SAYING);
    heavy.map(|(character, weight)| format!("{character} {weight:+.2}")).collect::<Vec<_>>().join("  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_weighs_is_printed() {
        assert_eq!(heaviest(&[('我', 0.01), ('退', 0.5), ('货', -0.2)]), "退 +0.50  货 -0.20");
        assert_eq!(heaviest(&[]), "");
        assert_eq!(heaviest(&[('我', 0.0)]), "");
    }
}
