//! `xiaoer train nlu`: from corpora and labelled messages to weights. Leaves to others: all but the order of steps.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::inference::{Pieces, TrunkConfig};
use crate::training::corpus::{Answers, cut_texts, read_texts};
use crate::training::pretrain::{MaskPieces, Plan, pretrain};
use crate::training::vocabulary::prune;

/// Options of `xiaoer train nlu`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder of the text corpora.
    #[arg(long, default_value = "../shared/corpora")]
    corpora: PathBuf,
    /// Labelled messages.
    #[arg(long, default_value = "../shared/nlu/train.tsv")]
    messages: PathBuf,
    /// Where checkpoints and logs go; a second run goes on from there.
    #[arg(long, default_value = ".xiaoer/training")]
    work: PathBuf,
    /// Minutes of pre-training in all.
    #[arg(long, default_value_t = 50.0)]
    pretrain_minutes: f64,
    /// Layers of a new trunk.
    #[arg(long, default_value_t = 4)]
    layers: usize,
    /// Width of a new trunk.
    #[arg(long, default_value_t = 256)]
    hidden: usize,
    /// Seed of everything.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs `xiaoer train nlu`.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let texts = read_texts(&arguments.corpora, &arguments.messages)?;
    println!("{} texts", texts.len());
    std::fs::create_dir_all(&arguments.work)?;
    let vocabulary_path = arguments.work.join("vocab.txt");
    if !vocabulary_path.is_file() {
        let vocabulary = prune(&arguments.corpora.join("vocab/bert_base_chinese_vocab.txt"), &texts)?;
        std::fs::write(&vocabulary_path, vocabulary.join("\n") + "\n")?;
    }
    let vocabulary: Vec<String> = std::fs::read_to_string(&vocabulary_path)?.lines().map(str::to_owned).collect();
    let size = vocabulary.len().next_multiple_of(32);
    println!("{} pieces", vocabulary.len());
    let config = TrunkConfig {
        num_hidden_layers: arguments.layers,
        hidden_size: arguments.hidden,
        intermediate_size: 4 * arguments.hidden,
        num_attention_heads: arguments.hidden / 64,
        ..TrunkConfig::ours(size)
    };
    let pieces = Pieces::from_vocabulary(&vocabulary, config.max_position_embeddings)?;
    let answers = Answers::collect(&texts);
    let documents = cut_texts(&texts, &pieces, &answers);
    let tokens: f64 = documents.iter().map(|document| document.ids.len() as f64 * f64::from(document.weight)).sum();
    println!("{} documents, {:.1} M pieces per pass, {} weak answers", documents.len(), tokens / 1e6, answers.len());
    let mask = pieces.id("[MASK]").ok_or_else(|| anyhow::anyhow!("the vocabulary has no [MASK]"))?;
    let known = MaskPieces { mask, first_word: 19, count: vocabulary.len() as u32 };
    let plan = Plan {
        budget: Duration::from_secs_f64(arguments.pretrain_minutes * 60.0),
        rate: 1e-3,
        batch: 4096,
        masked: 0.2,
        weak: 0.3,
        folder: arguments.work.clone(),
        seed: arguments.seed,
    };
    pretrain(&config, known, &documents, &answers, &plan, None, |line| println!("{line}"))?;
    Ok(())
}
