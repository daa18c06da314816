//! Environment variables that WebKit reads when GTK starts.

/// The variables that this machine needs and that are not set. Setting them in a running process is unsafe, so
/// [`crate::relaunch`] restarts the program with them.
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) fn missing() -> Vec<(&'static str, &'static str)> {
    wanted().into_iter().filter(|(name, _)| std::env::var_os(name).is_none()).collect()
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(crate) fn missing() -> Vec<(&'static str, &'static str)> {
    Vec::new()
}

/// Without a GPU, DMA-BUF buffers stay blank; with NVIDIA's driver, shared memory does.
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
