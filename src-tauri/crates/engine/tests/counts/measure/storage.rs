//! Bytes that the threads of the databases gave to `write`, as the kernel counts them: what SQLite writes to its files and
//! logs, also what is written again before it reaches the disk.

/// The threads are called after their files.
const THREADS: [&str; 2] = ["cache.db", "intents.db"];

/// Of the threads that are there now. Nought where the kernel does not say.
pub(crate) fn written() -> u64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten().map(|entry| entry.path());
    let is_database = |name: &str| THREADS.contains(&name.trim_end());
    threads
        .filter(|thread| std::fs::read_to_string(thread.join("comm")).is_ok_and(|name| is_database(&name)))
        .filter_map(|thread| std::fs::read_to_string(thread.join("io")).ok())
        .filter_map(|io| io.lines().find_map(|line| line.strip_prefix("wchar: ")?.trim().parse::<u64>().ok()))
        .sum()
}
