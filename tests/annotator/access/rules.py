"""Who may come where: one rule an endpoint. A route that is not here fails the tests.

A rule has two halves: the least that a person must be, and the scope that their API token needs. A stranger
is answered 401, who is below the rule 403; a project that is not one's own, and what is in it, 404. Where
there is no scope, no token will do.
"""

from enum import IntEnum


class Least(IntEnum):
    """What somebody must be at least; a member's role is that in the project of the address."""

    ANYONE = 0
    SIGNED_IN = 1
    ANNOTATOR = 2
    CURATOR = 3
    ADMIN = 4  # of the project
    ADMINISTRATOR = 5  # of the installation


TABLE = {
    (Least.ANYONE, None): """
        home.show openapi.show files.static files.all_files files.joined_sheet files.service_worker
        sign_in.show sign_in.by_password sign_in.by_link sign_in.out languages.choose
        single_sign_on.begin single_sign_on.back health.alive health.ready health.figures
    """,
    (Least.SIGNED_IN, None): """
        account.show account.choose_password account.set_password account.end_session
        account.end_others account.make_token account.revoke
        api_account.tokens api_account.make_token api_account.revoke api_account.own_sessions
        api_account.end_session api_account.end_others
    """,
    (Least.SIGNED_IN, "read"): """
        api_preferences.show api_me.own_timesheet api_account.show api_all_projects.listed
        preferences.show timesheet.show timesheet.download
    """,
    (Least.SIGNED_IN, "annotate"): """
        api_annotations.put api_preferences.put preferences.save
    """,
    (Least.ANNOTATOR, "read"): """
        api_projects.show api_projects.entities api_projects.own_progress api_documents.show
        api_history.own_answers api_history.open_again api_guidelines.show api_guidelines.changes
        api_guidelines.versions api_inquiries.listed api_precedents.listed
        annotate.seat annotate.parts annotate.style overview.show questionnaire.show api_questionnaire.show
    """,
    (Least.ANNOTATOR, "annotate"): """
        api_projects.propose api_queue.next_items api_queue.skip api_leases.take_along
        api_leases.give_back api_lines.save_all api_guidelines.read api_inquiries.ask
        api_bulk.answers api_inquiries.withdraw questionnaire.answer api_questionnaire.answer
        api_questionnaire.skip
    """,
    (Least.CURATOR, "read"): """
        api_adjudications.case api_jobs.listed api_jobs.show api_scheme_events.events
        api_settings.show api_settings.labels api_members.listed api_rounds.show api_trail.listed
        api_registry.listed api_items.listed api_items.changes api_dashboard.agreement api_dashboard.show
        api_exports.annotations api_exports.gold api_exports.items
        api_releases.listed api_releases.show api_releases.download api_releases.compare
        adjudicate.style agreement.show audit.show audit.as_csv audit.as_jsonl curating.colours
        dashboard.show dashboard.timesheets guidelines.show inquiries.show items.show jobs.show
        imports.show imports.look people.show registry.show releases.show releases.download releases.compare
        suggestions.show suggestions.report api_suggestions.show api_suggestions.report
        rounds.show models.show models.report models.download models.explain scheme.show scheme.download
        api_imports.listed api_imports.look api_models.listed api_models.download
        api_webhooks.listed api_webhooks.show api_webhooks.deliveries webhooks.show
        doubts.show api_doubts.listed
    """,
    (Least.CURATOR, "curate"): """
        api_adjudications.listed api_adjudications.put api_adjudications.look api_guidelines.publish
        api_inquiries.reply api_jobs.ask api_jobs.cancel api_scheme_events.happen api_scheme_events.preview
        api_settings.apply api_settings.preview api_members.train api_rounds.change api_rounds.preview
        api_trail.undo api_registry.accept api_registry.add_alias api_imports.upload api_imports.store
        api_imports.undo
        api_suggestions.preview suggestions.change
        api_items.change api_items.undo api_bulk.documents api_webhooks.create api_webhooks.change
        api_webhooks.remove api_webhooks.renew api_webhooks.test api_webhooks.send_again
        webhooks.create webhooks.change webhooks.send_again
        adjudicate.show adjudicate.item adjudicate.decide adjudicate.undo audit.undo
        guidelines.change imports.upload imports.store imports.undo inquiries.reply items.change items.undo
        jobs.cancel models.train people.train registry.change releases.make rounds.change scheme.edit
        scheme.happen scheme.upload models.ask_why
    """,
    (Least.CURATOR, "admin"): """
        people.invite people.link people.role people.remove people.restore people.sign_out
        api_members.invite api_members.link api_members.role api_members.remove api_members.restore
        api_members.sign_out
    """,
    (Least.ADMIN, "read"): "removal.show api_removal.show",
    (Least.ADMIN, "admin"): "removal.remove api_removal.hide api_removal.erase",
    (Least.ADMINISTRATOR, "read"): "new_project.show api_doctor.show",
    (Least.ADMINISTRATOR, "admin"): "new_project.create api_all_projects.create",
}

RULES = {endpoint: rule for rule, endpoints in TABLE.items() for endpoint in endpoints.split()}
WRITING = {"annotate", "curate", "admin"}
