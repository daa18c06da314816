//! Registers every command in Tauri's access control: an unregistered command could be called by any script in the
//! window, a registered one only if `capabilities/main.json` grants it.

include!("src/command_list.rs");

macro_rules! names {
    ($($name:ident ( $($arg:ident : $ty:ty),* ) -> $reply:ty;)*) => { &[$(stringify!($name)),*] };
}

fn main() {
    println!("cargo:rerun-if-changed=src/command_list.rs");
    let manifest = tauri_build::AppManifest::new().commands(for_each_command!(names));
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo:warning={error:#}");
        std::process::exit(1);
    }
}
