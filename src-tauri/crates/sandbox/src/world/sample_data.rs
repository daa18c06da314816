//! People, titles and files of the invented services.

use std::sync::Arc;

use super::commit::{ChangeKind, FileChange, Person};
use crate::rng::Rng;

const PEOPLE: [(&str, &str); 12] = [
    ("Robin Hale", "robinhale"),
    ("Amara Okafor", "amara-okafor"),
    ("Jonas Lindqvist", "jlindqvist"),
    ("Priya Raman", "priyaraman"),
    ("Mateo Álvarez", "mateo-alvarez"),
    ("Yuki Tanaka", "yukitanaka"),
    ("Hannah Weiss", "hweiss"),
    ("Oleksandr Kovalenko", "okovalenko"),
    ("Leïla Benali", "leila-benali"),
    ("Sam Whitfield", "samwhitfield"),
    ("Noor Haddad", "noorhaddad"),
    ("Tomás Ferreira", "tferreira"),
];

/// Person 0 is the user of the banner's tokens.
pub(crate) fn person(n: usize) -> Arc<Person> {
    let (name, login) = PEOPLE[n % PEOPLE.len()];
    Arc::new(Person { name: name.into(), email: format!("{login}@acme.example"), login: Some(login.into()) })
}

pub(crate) fn author(rng: &mut Rng) -> Arc<Person> {
    let n = 1 + rng.below(PEOPLE.len() - 1);
    person(n)
}

/// Another fixed person if this one is the author of what is reviewed.
pub(crate) fn unless_author(wanted: &'static str, author: Option<&str>) -> &'static str {
    if Some(wanted) == author { reviewer(0, author) } else { wanted }
}

/// Never the author of the pull request, because nobody can approve their own.
pub(crate) fn reviewer(number: u64, author: Option<&str>) -> &'static str {
    let turn = |n: usize| PEOPLE[1 + n % (PEOPLE.len() - 1)].1;
    let first = number as usize * 7 + 3;
    if Some(turn(first)) == author { turn(first + 1) } else { turn(first) }
}

const VERBS: [&str; 12] =
    ["Speed up", "Simplify", "Fix flaky", "Cache", "Log", "Retry", "Remove unused", "Show", "Validate", "Paginate", "Localise", "Measure"];
const THINGS: [(&str, &str); 20] = [
    ("basket totals", "basket"),
    ("shipping estimates", "shipping"),
    ("the invoice export", "invoices"),
    ("gift card balances", "gift_cards"),
    ("address lookup", "addresses"),
    ("webhook deliveries", "webhooks"),
    ("the returns form", "returns"),
    ("product thumbnails", "thumbnails"),
    ("search suggestions", "suggestions"),
    ("the sign-in throttle", "sign_in"),
    ("stock reservations", "reservations"),
    ("tax rounding", "taxes"),
    ("the price feed", "prices"),
    ("session cookies", "sessions"),
    ("order confirmation mail", "mailers"),
    ("currency formats", "currencies"),
    ("coupon stacking", "coupons"),
    ("warehouse sync", "warehouses"),
    ("the health check", "health"),
    ("payment retries", "payments"),
];

pub(crate) struct Idea {
    pub title: String,
    pub branch: String,
    pub commits: Vec<Vec<FileChange>>,
}

/// The invented change number `n`; about every fifth has a migration.
pub(crate) fn idea(rng: &mut Rng, n: usize, migration: Option<bool>) -> Idea {
    let (thing, word) = THINGS[(n * 7 + rng.below(3)) % THINGS.len()];
    let verb = VERBS[(n * 5 + rng.below(2)) % VERBS.len()];
    let title = format!("{verb} {thing}");
    let branch = format!("{}-{word}-{n}", verb.to_lowercase().replace(' ', "-"));
    let mut first = vec![
        file(&format!("app/services/{word}.rb"), rng, ChangeKind::Modified),
        file(&format!("spec/services/{word}_spec.rb"), rng, ChangeKind::Modified),
    ];
    if rng.chance(0.4) {
        first.push(file(&format!("app/javascript/{word}/index.ts"), rng, ChangeKind::Modified));
    }
    if migration.unwrap_or_else(|| rng.chance(0.22)) {
        first.push(migration_file(rng, n, word));
        first.push(file("db/schema.rb", rng, ChangeKind::Modified));
    }
    let mut commits = vec![first];
    for extra in 0..rng.below(3) {
        commits.push(vec![file(&format!("app/models/{word}_{extra}.rb"), rng, ChangeKind::Modified)]);
    }
    Idea { title, branch, commits }
}

pub(crate) fn migration_file(rng: &mut Rng, n: usize, word: &str) -> FileChange {
    let (month, day) = (1 + n % 11, 1 + rng.below(27));
    let path = format!("db/migrate/2026{month:02}{day:02}{:06}_add_{word}_{n}.rb", 90_000 + rng.below(90_000));
    FileChange { path, additions: 9 + rng.below(30) as u32, deletions: 0, kind: ChangeKind::Added }
}

pub(crate) fn file(path: &str, rng: &mut Rng, kind: ChangeKind) -> FileChange {
    FileChange { path: path.into(), additions: 1 + rng.below(80) as u32, deletions: rng.below(40) as u32, kind }
}

pub(crate) fn follow_up(n: usize) -> &'static str {
    ["Address review", "Cover the empty case", "Tidy names"][n % 3]
}

/// The open pull requests of each invented service.
pub(crate) fn open_titles(service: usize) -> [&'static str; 10] {
    [
        [
            "Charge sales tax by delivery address",
            "Move prices to the new catalogue tables",
            "Try a smaller image for web dynos",
            "Let support edit a delivered order",
            "Upgrade the payment client to version 9",
            "Send parcels from the nearest warehouse",
            "Drop the old basket cookie",
            "Count abandoned baskets",
            "Round totals the way the invoice does",
            "Show delivery dates on the order page",
        ],
        [
            "Store card fingerprints with each attempt",
            "Replace the retry table with a queue",
            "Draft: talk to the bank over mTLS",
            "Refund in the currency that was paid",
            "Require idempotency keys on captures",
            "Ask for a second factor above 500 EUR",
            "Stop logging declined card numbers",
            "Time the fraud check",
            "Keep the basket when 3-D Secure fails",
            "Answer 409 to a capture that is under way",
        ],
        [
            "Add a language column to documents",
            "Split the index by region",
            "Draft: try vector search for synonyms",
            "Boost products that are in stock",
            "Move to the new cluster's client",
            "Index reviews with their products",
            "Forget documents that were deleted",
            "Measure how stale the index is",
            "Rebuild in batches of five thousand",
            "Treat accents as their letters",
        ],
    ][service % 3]
}

/// Titles that break careless software.
pub(crate) fn hostile_titles() -> Vec<String> {
    let long = "Rework how the storefront decides which of several overlapping promotions, coupons, loyalty rewards and negotiated prices applies to a line of the basket, so that the answer no longer depends on the order in which they were added, and write down the rule where support can read it";
    let long: String = long.chars().cycle().take(300).collect();
    vec![
        long,
        "🚀 Ship the new basket 🧺 — ünïcödé ½ price, ¡olé!".into(),
        "<script>alert('title')</script> & <b>bold</b> \"quotes\"".into(),
        "إصلاح حساب الضريبة في سلة \u{202e}المشتريات\u{202c} (RTL)".into(),
        "支払いの再試行を修正する 修复支付重试 결제 재시도".into(),
    ]
}

pub(crate) const CONFIG: [&str; 9] = [
    "DATABASE_POOL",
    "FEATURE_FLAGS",
    "LOG_LEVEL",
    "MAIL_FROM",
    "PAYMENT_TIMEOUT",
    "RAILS_MAX_THREADS",
    "SEARCH_CLUSTER_URL",
    "SECRET_KEY_BASE",
    "WEB_CONCURRENCY",
];
