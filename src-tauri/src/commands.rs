//! The commands that the window can call. `command_list.rs` lists them; here each gets a handler and its body.

mod bodies;
mod errors;

use crate::backend::Backend;
use crate::ipc::*;
use slipway_domain::action::Action;
use slipway_domain::comparison::ReleaseName;
use slipway_domain::discover::Proposal;
use slipway_domain::dismissal::Dismissal;
use slipway_domain::forecast::RevertForecast;
use slipway_domain::inbox::InboxItem;
use slipway_domain::incident::{IncidentEntry, IncidentSummary, IncidentText, IncidentView};
use slipway_domain::journal::Entry;
use slipway_domain::notification_rules::{NotificationKind, QuietHours, Rule};
use slipway_domain::pin::{BadRelease, Pin};
use slipway_domain::pipeline::Pipeline;
use slipway_domain::plan::{Plan, PlanSet, SetOutcome};
use slipway_domain::pull_request::PullRequest;
use slipway_domain::release::Release;
use slipway_domain::service::Service;
use slipway_domain::time::Time;
use slipway_domain::trial::{PartPlace, Trials};
use slipway_domain::vendor::VendorId;
use std::sync::Arc;
use tauri::State;
use tauri::ipc::Invoke;

include!("command_list.rs");

macro_rules! handlers {
    ($($name:ident ( $($arg:ident : $ty:ty),* ) -> $reply:ty;)*) => {
        $(
            #[tauri::command]
            async fn $name(backend: State<'_, Arc<Backend>>, $($arg: $ty),*) -> Result<$reply, IpcError> {
                bodies::$name(&backend, $($arg),*).await
            }
        )*

        pub(crate) fn handler() -> impl Fn(Invoke) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name),*]
        }

        /// The commands in TypeScript, and the types that they use.
        #[cfg(test)]
        pub(crate) fn describe(types: &mut crate::bindings::Types) -> Vec<String> {
            vec![$({
                let arguments: Vec<String> = vec![$(format!("{}: {}", crate::bindings::camel(stringify!($arg)), types.name::<$ty>())),*];
                format!("  {}: {{ args: {{ {} }}; reply: {} }};", stringify!($name), arguments.join("; "), types.name::<$reply>())
            }),*]
        }
    };
}
for_each_command!(handlers);
