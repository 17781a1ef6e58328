//! `/settings/teams`.

use baton::store::teams;

use super::Office;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_team_is_made_filled_renamed_and_deleted() {
    let office = Office::open().await;
    let omar = office.app.agent("Omar").await;
    let add = office.form("/settings/teams", "/settings/teams").await;
    office.saves(add.clone().set("name", "Billing"), "Billing is there.").await;
    office.assert_recorded("team.create").await;
    office.is_refused(add.clone().set("name", "Billing"), "There is already a team of this name.").await;
    office.is_refused(add.clone().set("name", " "), "This is needed.").await;
    office.saves(add.set("name", "Returns"), "Returns is there.").await;

    let db = office.app.desk().store.reader();
    let all = teams::all(db).await.expect("teams");
    let team = all.iter().find(|team| team.name == "Billing").expect("a team");
    let path = format!("/settings/teams/{}", team.id);
    let form = office.form("/settings/teams", &path).await;
    assert_eq!(form.value("member"), None, "nobody belongs yet");
    let filled = form.set("name", "Invoices").tick("member", &omar.id.to_string());
    office.saves(filled.clone().tick("member", "somebody"), "Invoices is saved.").await;
    assert_eq!(teams::members(db, team.id).await.expect("members"), [omar.id], "only people who are listed belong");
    office.assert_recorded("team.change").await;
    let taken = office.is_refused(filled.set("name", "Returns"), "There is already a team of this name.").await;
    assert_eq!(taken.form(&path).value("name"), Some("Returns"), "what was typed stays");

    let form = office.form("/settings/teams", &path).await;
    assert_eq!((form.value("name"), form.value("member")), (Some("Invoices"), Some(omar.id.to_string().as_str())));
    office.ines.get("/inbox/mine").await.must_say("Invoices");
    assert_eq!(office.ines.get(&format!("/inbox/team-{}", team.id)).await.status, 200);
    let delete = office.form("/settings/teams", &format!("{path}/deletion")).await;
    office.saves(delete, "Invoices is deleted.").await;
    office.assert_recorded("team.delete").await;
    assert_eq!(teams::all(db).await.expect("teams").len(), 1);
}
