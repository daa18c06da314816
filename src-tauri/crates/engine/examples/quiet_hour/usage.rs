//! What the kernel counts of this process.

/// Linux counts processor time in hundredths of a second, whatever the machine.
const TICKS_A_SECOND: f64 = 100.0;

pub(crate) struct Usage {
    pub cpu_seconds: f64,
    /// Bytes given to `write`.
    pub written: u64,
    /// Bytes that were meant for a disk.
    pub to_disk: u64,
}

impl Usage {
    pub(crate) fn now() -> Self {
        let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
        // The program's name is in brackets and may hold anything; user and system time are the
        // twelfth and thirteenth field behind it.
        let behind = stat.rsplit_once(')').expect("a name").1;
        let ticks: f64 = behind.split_whitespace().skip(11).take(2).map(|field| field.parse::<f64>().expect("ticks")).sum();
        let io = std::fs::read_to_string("/proc/self/io").expect("Linux");
        let field = |name: &str| {
            let line = io.lines().find_map(|line| line.strip_prefix(name)).expect("a field");
            line.trim().parse().expect("a number")
        };
        Self { cpu_seconds: ticks / TICKS_A_SECOND, written: field("wchar:"), to_disk: field("write_bytes:") }
    }

    pub(crate) fn since(&self, before: &Self) -> Self {
        Self {
            cpu_seconds: self.cpu_seconds - before.cpu_seconds,
            written: self.written - before.written,
            to_disk: self.to_disk - before.to_disk,
        }
    }
}
