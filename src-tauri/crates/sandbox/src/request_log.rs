//! A log of all requests, mutations, concurrency and violations (a 304 counts as a request), and of every single
//! change, including those of other people.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

use crate::change_observer::{Seen, completed};
use crate::http::{Call, Mutation, Vendor};
use crate::world::World;

#[derive(Default)]
struct Count {
    count: u64,
    not_modified: u64,
}

#[derive(Default)]
struct PerVendor {
    kinds: BTreeMap<String, Count>,
    /// The cost in each budget.
    points: BTreeMap<&'static str, u64>,
    in_flight: u64,
    max_concurrency: u64,
}

#[derive(Default)]
pub struct RequestLog {
    vendors: BTreeMap<Vendor, PerVendor>,
    /// Received, applied.
    mutations: BTreeMap<(Vendor, Mutation), (u64, u64)>,
    changes: Vec<Change>,
    next_change: u64,
    /// A counter of the world's answers, which gives them an order.
    moment: u64,
    /// The newest reads of each token.
    reads: BTreeMap<(Vendor, usize), VecDeque<Read>>,
    pub violations: Vec<Value>,
    /// Operations that the vendor has and the sandbox does not, and how often they were called.
    not_simulated: BTreeMap<(Vendor, String), u64>,
    /// Calls that no vendor has: method and path.
    unknown_routes: BTreeMap<(Vendor, String), u64>,
}

/// How many reads of a token are kept.
const READS_KEPT: usize = 24;
/// How many different unknown routes are kept.
const ROUTES_KEPT: usize = 1_000;

/// A read that was answered from the world.
#[derive(Clone)]
struct Read {
    moment: u64,
    kind: String,
    path: String,
}

/// One change that was requested.
pub struct Change {
    pub number: u64,
    pub vendor: Vendor,
    pub mutation: Mutation,
    pub who: String,
    /// Which of the vendor's tokens was used; 0 is the banner's. None: another person, or an unknown token.
    pub token: Option<usize>,
    pub received_at: String,
    pub applied_at: Option<String>,
    pub seen: Seen,
    /// The position of the answer among all answers of the world; None: there was none.
    pub moment: Option<u64>,
    /// What was read with the same token right before it was received.
    reads: Vec<Read>,
}

impl Change {
    /// Made by another person with a control command.
    pub fn by_a_person(vendor: Vendor, mutation: Mutation, who: String, at: String, seen: Seen) -> Self {
        let applied_at = Some(at.clone());
        Self { number: 0, vendor, mutation, who, token: None, received_at: at, applied_at, seen, moment: None, reads: Vec::new() }
    }
}

/// Counts a request as in flight until it is dropped, answered or not.
pub(crate) struct InFlight {
    request_log: Arc<Mutex<RequestLog>>,
    vendor: Vendor,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if let Ok(mut request_log) = self.request_log.lock()
            && let Some(vendor) = request_log.vendors.get_mut(&self.vendor)
        {
            vendor.in_flight -= 1;
        }
    }
}

/// Who requests a change, and when.
#[derive(Clone)]
pub struct Asked {
    pub who: String,
    pub token: Option<usize>,
    pub at: String,
}

pub(crate) fn receive(request_log: &Arc<Mutex<RequestLog>>, call: &mut Call, asked: Option<Asked>) -> InFlight {
    let mut book = request_log.lock().expect("the request log's lock is never poisoned");
    let vendor = book.vendors.entry(call.vendor).or_default();
    vendor.kinds.entry(call.kind.clone()).or_default().count += 1;
    vendor.in_flight += 1;
    vendor.max_concurrency = vendor.max_concurrency.max(vendor.in_flight);
    for mutation in &call.mutations {
        book.mutations.entry((call.vendor, mutation.clone())).or_default().0 += 1;
        let Some(Asked { who, token, at }) = asked.clone() else { continue };
        let seen = Seen::default();
        let (vendor, mutation, reads) = (call.vendor, mutation.clone(), book.reads_of(call.vendor, token));
        let change = Change { number: 0, vendor, mutation, who, token, received_at: at, applied_at: None, seen, moment: None, reads };
        call.changes.push(book.write_down(change));
    }
    InFlight { request_log: request_log.clone(), vendor: call.vendor }
}

impl RequestLog {
    pub fn applied(&mut self, vendor: Vendor, mutation: &Mutation) {
        self.mutations.entry((vendor, mutation.clone())).or_default().1 += 1;
    }

    fn moment(&mut self) -> u64 {
        self.moment += 1;
        self.moment
    }

    /// Records a read of a token; the caller holds the lock of the world that was read.
    pub fn read(&mut self, call: &Call, token: usize) {
        let read = Read { moment: self.moment(), kind: call.kind.clone(), path: call.path.clone() };
        let reads = self.reads.entry((call.vendor, token)).or_default();
        reads.push_back(read);
        if reads.len() > READS_KEPT {
            reads.pop_front();
        }
    }

    /// The reads of the token so far, newest last.
    fn reads_of(&self, vendor: Vendor, token: Option<usize>) -> Vec<Read> {
        token.and_then(|token| self.reads.get(&(vendor, token))).into_iter().flatten().cloned().collect()
    }

    /// Adds a change and returns its number.
    pub fn write_down(&mut self, change: Change) -> u64 {
        self.next_change += 1;
        let moment = change.applied_at.is_some().then(|| self.moment());
        self.changes.push(Change { number: self.next_change, moment, ..change });
        self.next_change
    }

    /// Records the state that the vendor found and, with `applied_at`, that it applied the change.
    pub fn observed(&mut self, number: u64, seen: Seen, applied_at: Option<String>) {
        let moment = self.moment();
        if let Some(change) = self.changes.iter_mut().find(|change| change.number == number) {
            (change.seen, change.applied_at, change.moment) = (seen, applied_at, Some(moment));
        }
    }

    /// All changes in the order in which they were received.
    pub fn changes(&self, world: &World) -> Value {
        let read = |read: &Read| json!({"moment": read.moment, "kind": read.kind, "path": read.path});
        let row = |c: &Change| {
            json!({
                "number": c.number, "vendor": c.vendor.name(), "kind": c.mutation.kind, "target": c.mutation.target, "who": c.who,
                "token": c.token, "received_at": c.received_at, "applied_at": c.applied_at, "before": c.seen.before,
                "made": completed(world, c.seen.made.clone()), "moment": c.moment, "reads": c.reads.iter().map(read).collect::<Vec<_>>(),
            })
        };
        self.changes.iter().map(row).collect()
    }

    pub fn not_modified(&mut self, call: &Call) {
        let vendor = self.vendors.entry(call.vendor).or_default();
        vendor.kinds.entry(call.kind.clone()).or_default().not_modified += 1;
    }

    /// Records the cost in one of the vendor's budgets.
    pub fn spent(&mut self, vendor: Vendor, budget: &'static str, points: u64) {
        *self.vendors.entry(vendor).or_default().points.entry(budget).or_default() += points;
    }

    pub fn violation(&mut self, vendor: Vendor, what: &str, call: &Call) {
        self.violations.push(json!({"vendor": vendor.name(), "what": what, "path": call.path}));
    }

    pub fn not_simulated(&mut self, vendor: Vendor, what: &str) {
        *self.not_simulated.entry((vendor, what.to_owned())).or_default() += 1;
    }

    pub fn unknown_route(&mut self, call: &Call) {
        let route = (call.vendor, format!("{} {}", call.method, call.path));
        if self.unknown_routes.len() < ROUTES_KEPT || self.unknown_routes.contains_key(&route) {
            *self.unknown_routes.entry(route).or_default() += 1;
        }
    }

    /// The truth's `not_simulated` and `unknown_routes`.
    pub fn unserved(&self) -> (Value, Value) {
        let row = |((vendor, what), count): (&(Vendor, String), &u64)| json!({"vendor": vendor.name(), "operation": what, "count": count});
        (self.not_simulated.iter().map(row).collect(), self.unknown_routes.iter().map(row).collect())
    }

    pub fn forget(&mut self) {
        for vendor in self.vendors.values_mut() {
            vendor.kinds.clear();
            vendor.points.clear();
            vendor.max_concurrency = vendor.in_flight;
        }
        self.mutations.clear();
        self.changes.clear();
        self.violations.clear();
        self.not_simulated.clear();
        self.unknown_routes.clear();
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
