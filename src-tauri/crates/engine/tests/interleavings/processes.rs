//! Engines that can be killed: each has a runtime of its own, and everything of it ends with it.

use crate::harness::Harness;
use slipway_engine::{Engine, Options};
use std::future::Future;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

pub(crate) struct Running {
    runtime: Runtime,
    pub engine: Engine,
}

pub(crate) fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}

impl Running {
    /// It reads only when asked.
    pub(crate) fn start(harness: &Harness) -> Self {
        Self::on(harness.options(harness.folder.path(), false))
    }

    pub(crate) fn on(options: Options) -> Self {
        let runtime = runtime();
        let engine = runtime.block_on(Engine::start(options)).expect("the engine starts");
        Self { runtime, engine }
    }

    pub(crate) fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    pub(crate) fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> tokio::task::JoinHandle<T> {
        self.runtime.spawn(work)
    }

    /// As `kill -9`: no task goes on past where it waits, connections break, locks are let go.
    pub(crate) fn kill(self) {
        drop(self.engine);
        self.runtime.shutdown_timeout(Duration::from_secs(10));
    }
}
