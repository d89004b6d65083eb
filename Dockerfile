# The laboratory's server; compose.yml adds the database and HTTPS. Secrets come from the environment, never into the image.
FROM python:3.11-slim
WORKDIR /laboratory
COPY requirements.txt requirements-analysis.txt ./
RUN pip install --no-cache-dir -r requirements-analysis.txt
COPY settings.py run.py ./
COPY commands commands
COPY apps apps
COPY mechanisms mechanisms
COPY analysis analysis
COPY docs/codebook.md docs/
COPY treatments treatments
COPY studies studies
COPY _locale _locale
COPY _rooms _rooms
COPY _static _static
COPY _templates _templates
ENV OTREE_PRODUCTION=1 OTREE_AUTH_LEVEL=STUDY PYTHONUNBUFFERED=1
# refuses to start without password, key and STUDY, or with easy ones
CMD ["otree", "prodserver", "0.0.0.0:8000"]
