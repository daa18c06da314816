//! Declares every command to Tauri's access list: an undeclared one would be open to any script
//! in the window, a declared one must be granted by `capabilities/main.json`.

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
