//! Certificate authorities beside the system's: those of a company's network.
//!
//! A bundle that cannot be used stops every request and says so: what it was named for could
//! only fail less clearly.

use std::path::{Path, PathBuf};

/// Set for Slipway alone, and what OpenSSL and its users read.
const VARIABLES: [&str; 2] = ["SLIPWAY_CA_BUNDLE", "SSL_CERT_FILE"];

#[derive(Clone, Default)]
pub struct Trust {
    pub(super) certificates: Vec<reqwest::Certificate>,
    pub(super) trouble: Option<String>,
}

impl Trust {
    /// Every certificate of PEM files; each comes with the name of who asked for it.
    pub fn of(bundles: &[(String, PathBuf)]) -> Self {
        let mut trust = Self::default();
        for (named_by, path) in bundles {
            match read(path) {
                Ok(found) => trust.certificates.extend(found),
                Err(why) => {
                    let text =
                        format!("{named_by} names {}, which cannot be used: {why}. Nothing is sent until it is put right.", path.display());
                    trust.trouble.get_or_insert(text);
                }
            }
        }
        trust
    }
}

pub fn bundles_of_environment() -> Vec<(String, PathBuf)> {
    let set = |name: &str| Some((name.to_owned(), std::env::var_os(name).filter(|value| !value.is_empty())?.into()));
    VARIABLES.into_iter().filter_map(set).collect()
}

fn read(path: &Path) -> Result<Vec<reqwest::Certificate>, String> {
    let pem = std::fs::read(path).map_err(|error| error.to_string())?;
    let found = reqwest::Certificate::from_pem_bundle(&pem).map_err(|_| "it is not a PEM file of certificates".to_owned())?;
    if found.is_empty() {
        return Err("there is no certificate in it".to_owned());
    }
    // One that is PEM and no certificate would only show when the client is built.
    reqwest::Client::builder().tls_certs_merge(found.clone()).build().map_err(|_| "a certificate in it cannot be read".to_owned())?;
    Ok(found)
}
