//! What the domain knows of vendors, without knowing one: their ids, what people call their things, and
//! what they can do. The adapters say it; none of it is stored or printed beside the ids.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use ts_rs::TS;

/// A vendor's name in configuration, stored data and output: 1 to 24 ASCII lower-case letters, digits and `-`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, TS)]
#[ts(type = "string")]
pub struct VendorId {
    bytes: [u8; LONGEST_ID],
    length: u8,
}

const LONGEST_ID: usize = 24;

impl VendorId {
    /// For names that are written in the program. Panics on one that is no id, at compile time in a constant.
    pub const fn new(name: &str) -> Self {
        match Self::from_bytes(name.as_bytes()) {
            Some(id) => id,
            None => panic!("a vendor's id has 1 to 24 lower-case letters, digits or hyphens"),
        }
    }

    pub const fn parse(name: &str) -> Option<Self> {
        Self::from_bytes(name.as_bytes())
    }

    const fn from_bytes(name: &[u8]) -> Option<Self> {
        if name.is_empty() || name.len() > LONGEST_ID {
            return None;
        }
        let mut bytes = [0; LONGEST_ID];
        let mut at = 0;
        while at < name.len() {
            if !matches!(name[at], b'a'..=b'z' | b'0'..=b'9' | b'-') {
                return None;
            }
            bytes[at] = name[at];
            at += 1;
        }
        Some(Self { bytes, length: name.len() as u8 })
    }

    pub fn as_str(&self) -> &str {
        // The bytes are ASCII by construction.
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

impl fmt::Display for VendorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for VendorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl Serialize for VendorId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for VendorId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| D::Error::custom("not the id of a vendor"))
    }
}

impl JsonSchema for VendorId {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "VendorId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

/// A code host, as its adapter describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeHostProfile {
    pub vendor: VendorId,
    /// As people call it, in the middle of a sentence.
    pub title: &'static str,
    /// Files that a token may change only with a permission of its own.
    pub guarded_files: Option<GuardedFiles>,
}

/// Files below a folder that a token may change only with a permission of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuardedFiles {
    /// With a slash at the end.
    pub folder: &'static str,
    /// `the workflow scope`
    pub permission: &'static str,
    /// What a person can do about it.
    pub remedy: &'static str,
}

impl Default for CodeHostProfile {
    fn default() -> Self {
        Self { vendor: VendorId::new("code-host"), title: "the code host", guarded_files: None }
    }
}

/// A CI, as its adapter describes it.
#[derive(Clone, Copy, Debug)]
pub struct CiProfile {
    /// As people call it, in the middle of a sentence.
    pub title: &'static str,
    /// The word before the colon in a service's CI: `NAME:PROJECT`.
    pub name: &'static str,
    /// The word in a whole commit message for which it starts no pipeline.
    pub skip_word: fn(&str) -> Option<&'static str>,
}

impl Default for CiProfile {
    fn default() -> Self {
        Self { title: "the CI", name: "ci", skip_word: |_| None }
    }
}

/// Two of one name are one CI.
impl PartialEq for CiProfile {
    fn eq(&self, other: &Self) -> bool {
        (self.title, self.name) == (other.title, other.name)
    }
}

/// A platform, as its adapter describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlatformProfile {
    /// As people call it, in the middle of a sentence.
    pub title: &'static str,
    pub vocabulary: Vocabulary,
    pub abilities: PlatformAbilities,
    /// Where new instances can be started beside the old ones, which then serve on for a while.
    pub overlap: Option<Overlap>,
}

/// Old and new instances beside each other after a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// As the platform calls it, at the beginning of a sentence.
    pub name: &'static str,
    /// How long the old ones may serve after the new ones are up, at most.
    pub seconds: u32,
}

impl Default for PlatformProfile {
    fn default() -> Self {
        Self { title: "the platform", vocabulary: Vocabulary::default(), abilities: PlatformAbilities::default(), overlap: None }
    }
}

/// What a platform calls its things, each in the singular.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// One running copy of a process.
    pub instance: &'static str,
    /// What is deployed to: `app`, `service`.
    pub app: &'static str,
    /// Code that was built and can run.
    pub artifact: &'static str,
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self { instance: "instance", app: "app", artifact: "artifact" }
    }
}

/// What a platform's rollback and release do. Plans read it; nothing asks which platform it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlatformAbilities {
    pub rollback_restores: RollbackRestores,
    /// After a rollback, new deploys do not go live until somebody lets them.
    pub rollback_pins: bool,
    /// A reason can be given to the platform with the rollback.
    pub rollback_takes_reason: bool,
    /// The platform refuses a rollback or release when something else is live than was told.
    pub compares_before_release: bool,
    /// The release command of the target runs again.
    pub rollback_runs_release_command: bool,
    /// Code that was built can be released again without another build.
    pub releases_built_code: bool,
}

/// Says the least: what is not known to be there is not promised.
impl Default for PlatformAbilities {
    fn default() -> Self {
        Self {
            rollback_restores: RollbackRestores::Code,
            rollback_pins: false,
            rollback_takes_reason: false,
            compares_before_release: false,
            rollback_runs_release_command: false,
            releases_built_code: false,
        }
    }
}

/// What of the target release comes back with a rollback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RollbackRestores {
    Code,
    CodeAndConfig,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_is_a_short_plain_word() {
        for name in ["github", "a", "render-2", "abcdefghijklmnopqrstuvwx"] {
            assert_eq!(VendorId::parse(name).map(|id| id.to_string()).as_deref(), Some(name));
        }
        for name in ["", "GitHub", "a b", "é", "a/b", "abcdefghijklmnopqrstuvwxy"] {
            assert_eq!(VendorId::parse(name), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(name in "\\PC{0,30}") {
            match VendorId::parse(&name) {
                Some(id) => {
                    let text = serde_json::to_string(&id).unwrap();
                    prop_assert_eq!(serde_json::from_str::<VendorId>(&text).unwrap(), id);
                }
                None => prop_assert!(serde_json::from_value::<VendorId>(serde_json::json!(name)).is_err()),
            }
        }
    }
}
