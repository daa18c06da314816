//! What was asked of the sandbox: requests, mutations, concurrency, violations. A 304 counts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

use crate::http::{Call, Mutation, Vendor};

#[derive(Default)]
struct Count {
    count: u64,
    not_modified: u64,
}

#[derive(Default)]
struct PerVendor {
    kinds: BTreeMap<String, Count>,
    /// What it cost of each budget.
    points: BTreeMap<&'static str, u64>,
    in_flight: u64,
    max_concurrency: u64,
}

#[derive(Default)]
pub struct Ledger {
    vendors: BTreeMap<Vendor, PerVendor>,
    /// Received, applied.
    mutations: BTreeMap<(Vendor, Mutation), (u64, u64)>,
    pub violations: Vec<Value>,
}

/// Counts a request as in flight until it is dropped, answered or not.
pub struct InFlight {
    ledger: Arc<Mutex<Ledger>>,
    vendor: Vendor,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if let Ok(mut ledger) = self.ledger.lock()
            && let Some(vendor) = ledger.vendors.get_mut(&self.vendor)
        {
            vendor.in_flight -= 1;
        }
    }
}

pub fn receive(ledger: &Arc<Mutex<Ledger>>, call: &Call) -> InFlight {
    let mut book = ledger.lock().expect("the ledger's lock is never poisoned");
    let vendor = book.vendors.entry(call.vendor).or_default();
    vendor.kinds.entry(call.kind.clone()).or_default().count += 1;
    vendor.in_flight += 1;
    vendor.max_concurrency = vendor.max_concurrency.max(vendor.in_flight);
    for mutation in &call.mutations {
        book.mutations.entry((call.vendor, mutation.clone())).or_default().0 += 1;
    }
    InFlight { ledger: ledger.clone(), vendor: call.vendor }
}

impl Ledger {
    pub fn applied(&mut self, vendor: Vendor, mutation: &Mutation) {
        self.mutations.entry((vendor, mutation.clone())).or_default().1 += 1;
    }

    pub fn not_modified(&mut self, call: &Call) {
        let vendor = self.vendors.entry(call.vendor).or_default();
        vendor.kinds.entry(call.kind.clone()).or_default().not_modified += 1;
    }

    /// Spent of one of the vendor's budgets.
    pub fn spent(&mut self, vendor: Vendor, budget: &'static str, points: u64) {
        *self.vendors.entry(vendor).or_default().points.entry(budget).or_default() += points;
    }

    pub fn violation(&mut self, vendor: Vendor, what: &str, call: &Call) {
        self.violations.push(json!({"vendor": vendor.name(), "what": what, "path": call.path}));
    }

    pub fn forget(&mut self) {
        for vendor in self.vendors.values_mut() {
            vendor.kinds.clear();
            vendor.points.clear();
            vendor.max_concurrency = vendor.in_flight;
        }
        self.mutations.clear();
        self.violations.clear();
    }

    pub fn mutations(&self) -> Value {
        let row = |((vendor, m), (received, applied)): (&(Vendor, Mutation), &(u64, u64))| json!({"vendor": vendor.name(), "kind": m.kind, "target": m.target, "received": received, "applied": applied});
        self.mutations.iter().map(row).collect()
    }

    pub fn requests(&self) -> Value {
        let mut out = Map::new();
        for (vendor, per) in &self.vendors {
            let kinds: Map<String, Value> =
                per.kinds.iter().map(|(kind, c)| (kind.clone(), json!({"count": c.count, "not_modified": c.not_modified}))).collect();
            let total: u64 = per.kinds.values().map(|c| c.count).sum();
            let not_modified: u64 = per.kinds.values().map(|c| c.not_modified).sum();
            out.insert(
                vendor.name().into(),
                json!({
                    "total": total, "not_modified": not_modified, "max_concurrency": per.max_concurrency, "points": per.points,
                    "kinds": kinds,
                }),
            );
        }
        Value::Object(out)
    }
}
