//! Screen 24: step 1 on the signed-in side (N7, N9).

mod collect;
mod demand;

use crate::gate::Route;
use crate::visit::Visit;
use app::survey::Place;

pub(crate) fn routes() -> Vec<Route> {
    let mut all = collect::routes();
    all.extend(demand::routes());
    all
}

/// The name of a branch, or the word for the whole house.
fn place_name(v: &Visit, places: &[Place], unit: Option<&str>) -> String {
    match unit {
        None => v.t("survey.whole").to_owned(),
        Some(id) => places
            .iter()
            .find(|p| p.id == id)
            .map(|p| p.name.clone())
            .unwrap_or_default(),
    }
}

/// Branches as options of a list.
fn options(places: &[Place], first: Option<&str>) -> Vec<(String, String)> {
    let first = first.map(|label| (String::new(), label.to_owned()));
    let all = places.iter().map(|p| (p.id.clone(), p.name.clone()));
    first.into_iter().chain(all).collect()
}
