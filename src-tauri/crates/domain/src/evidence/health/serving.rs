//! Which instances serve users.

use super::processes::is_one_off;
use crate::environment::Instance;

/// The instances that serve users: web where there is any, else all but one-off ones.
pub fn serving(instances: &[Instance]) -> Vec<&Instance> {
    let web: Vec<&Instance> = instances.iter().filter(|d| d.process == "web").collect();
    if web.is_empty() { instances.iter().filter(|d| !is_one_off(&d.process)).collect() } else { web }
}
