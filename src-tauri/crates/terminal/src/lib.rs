//! Slipway in a terminal: the command line and what every way into Slipway stands on. Nothing here
//! knows the window.

pub mod arguments;
pub mod commands;
pub mod data_folder;
pub mod diagnostics;
mod doctor;
pub mod keychain;
mod print;
pub mod safe_text;
pub mod setup;
