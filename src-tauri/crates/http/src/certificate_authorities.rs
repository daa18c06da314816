//! Certificate authorities that are trusted in addition to the system's, such as those of a company network.
//!
//! A bundle that cannot be used stops every request with an error that names it, since the requests that need it
//! would fail with a less clear one.

use std::path::{Path, PathBuf};

/// The first is Slipway's own variable; the second is the one that OpenSSL reads.
const VARIABLES: [&str; 2] = ["SLIPWAY_CA_BUNDLE", "SSL_CERT_FILE"];

#[derive(Clone, Default)]
pub struct CertificateAuthorities {
    pub(super) certificates: Vec<reqwest::Certificate>,
    pub(super) trouble: Option<String>,
}

impl CertificateAuthorities {
    /// Reads every certificate of PEM files; each file comes with the name of the variable that names it.
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
    // A PEM block that is no certificate would otherwise fail only when the client is built.
    reqwest::Client::builder().tls_certs_only(found.clone()).build().map_err(|_| "a certificate in it cannot be read".to_owned())?;
    Ok(found)
}
