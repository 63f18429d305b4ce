"""How alembic runs the steps of the schema: always within the transaction of database.upgrade()."""

from alembic import context

from questionnaire.store.models import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
