//! What a piece of work costs: processor seconds and peak memory, as the kernel counts them.

/// The cost of a piece of work.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Cost {
    /// Processor seconds over all threads.
    pub cpu_seconds: f64,
    /// The most memory the process held meanwhile, in MiB; 0 where the system does not tell.
    pub peak_mib: f64,
}

/// Measures from its making on.
#[derive(Debug)]
pub struct Meter {
    start: f64,
}

impl Meter {
    /// Starts. Where the kernel allows it, the peak of the memory is counted anew from here.
    pub fn start() -> Self {
        // Writing 5 sets the peak back to the present size; if it is refused, the peak is that of the whole process.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        Meter { start: cpu_seconds() }
    }

    /// The cost so far.
    pub fn read(&self) -> Cost {
        Cost { cpu_seconds: cpu_seconds() - self.start, peak_mib: peak_mib() }
    }
}

/// Processor seconds of this process, in the kernel's ticks of 1/100 s; 0 where there is no `/proc`.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in parentheses may hold spaces; user and system time are fields 14 and 15.
    let after_name = stat.rsplit_once(')').map_or("", |parts| parts.1);
    let ticks: f64 =
        after_name.split_ascii_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / 100.0
}

fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_ascii_whitespace().next()?.parse::<f64>().ok()).map_or(0.0, |kib| kib / 1024.0)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn memory_that_is_held_is_seen() {
        let meter = Meter::start();
        let held = vec![1u8; 64 << 20];
        assert!(held.iter().map(|&byte| u64::from(byte)).sum::<u64>() == 64 << 20);
        assert!(meter.read().peak_mib >= 64.0, "{:?}", meter.read());
    }
}
