//! The binary: reads the arguments, runs the command, and ends a failure in one line. Leaves all else to `cli`.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match xiaoer::cli::run(xiaoer::cli::Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xiaoer: {}", xiaoer::cli::one_line(&error));
            ExitCode::FAILURE
        }
    }
}
