//! WebKit reads these variables when GTK starts. Setting them in a running process is unsafe, so
//! the program starts itself again with them; only those that are unset, so it does so once.

#[cfg(all(unix, not(target_os = "macos")))]
pub fn prepare() {
    use std::os::unix::process::CommandExt;
    let missing: Vec<_> = wanted().into_iter().filter(|(name, _)| std::env::var_os(name).is_none()).collect();
    if missing.is_empty() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut command = std::process::Command::new(program);
    if let Some(name) = std::env::args_os().next() {
        command.arg0(name);
    }
    let error = command.args(std::env::args_os().skip(1)).envs(missing).exec();
    tracing::warn!(%error, "cannot start again with WebKit's variables; going on without");
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
pub fn prepare() {}

/// Without a GPU, buffers shared through one stay blank; with NVIDIA's driver, sharing them
/// through memory does not.
#[cfg(all(unix, not(target_os = "macos")))]
fn wanted() -> Vec<(&'static str, &'static str)> {
    let gpu = std::fs::read_dir("/dev/dri")
        .is_ok_and(|folder| folder.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("renderD")));
    let nvidia = std::path::Path::new("/proc/driver/nvidia").exists();
    match (gpu, nvidia) {
        (false, _) => vec![("WEBKIT_DISABLE_DMABUF_RENDERER", "1")],
        (true, true) => vec![("WEBKIT_DMABUF_RENDERER_FORCE_SHM", "1")],
        (true, false) => Vec::new(),
    }
}
