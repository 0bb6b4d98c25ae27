//! Talk to a running service without Telegram: the emulator listens, lines from standard input are what a shopper
//! says (`[label]` presses a button), and what comes back is printed.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use xiaoer::channel::telegram::emulator::{Emulator, Moods, TOKEN};

#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    /// Where the Bot API is emulated.
    #[arg(long, default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// How long an answer is waited for, in seconds.
    #[arg(long, default_value_t = 20)]
    patience: u64,
}

pub async fn run(arguments: Arguments) -> bool {
    let emulator = Emulator::start_at(arguments.listen, Moods::default()).await.expect("the address is free");
    println!("start: TELOXIDE_TOKEN={TOKEN} xiaoer serve, with telegram.api = \"{}\"", emulator.address());
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut heard = 0;
    while let Ok(Some(line)) = lines.next_line().await {
        println!("> {line}");
        let label = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
        match label {
            Some(label) if emulator.press(1, label).is_some() => {}
            Some(_) => println!("  (no such button)"),
            None => {
                emulator.say(1, &line);
            }
        }
        let answered = |emulator: &Emulator| emulator.sent(1).len() > heard;
        if !emulator.wait_until(Duration::from_secs(arguments.patience), answered).await {
            println!("  (no answer)");
        }
        // What belongs to one answer comes a second apart.
        tokio::time::sleep(Duration::from_millis(2500)).await;
        let sent = emulator.sent(1);
        for message in &sent[heard.min(sent.len())..] {
            let buttons: Vec<String> =
                message.buttons.iter().flatten().map(|(label, _)| format!("[{label}]")).collect();
            println!("  {} {}", message.text.replace('\n', "\n  "), buttons.join(" "));
        }
        heard = sent.len();
    }
    true
}
