"""Alongside as a WSGI application; `python app.py` serves it."""

from questionnaire.config import from_environment
from questionnaire.web import create_app
from questionnaire.web.serving import prepare, serve, stopping_in_words

with stopping_in_words():
    app = create_app(from_environment(serving=__name__ == "__main__"))
    if __name__ == "__main__":
        prepare(app)
        serve(app)
