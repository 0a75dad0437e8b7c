# The image of web, worker and schedule. It is made by the same step as a developer's machine:
# `./dev setup` makes the environment from the lock file and compiles the translations.

# A release names it with its digest; docs/operating.md says how to.
ARG PYTHON_IMAGE=python:3.13-slim-trixie

FROM ${PYTHON_IMAGE} AS build
WORKDIR /srv/queue-service
COPY dev dev.py setup.py pyproject.toml requirements.in requirements.lock requirements-build.in ./
COPY queue_service queue_service
COPY workers workers
COPY dashboards dashboards
RUN ./dev setup && .venv/bin/python -m compileall -q queue_service workers dashboards

FROM ${PYTHON_IMAGE}
ARG VERSION=unreleased
ARG REVISION=unknown
LABEL org.opencontainers.image.title="queue-service" \
      org.opencontainers.image.description="Queue tickets and service times for citizen-service centres and libraries" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
# The first lay out a report's PDF, the last two make the clips that displays and kiosks speak.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 espeak-ng opus-tools \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --no-create-home queue && install -d -o queue -g queue /data
# The same place, for an environment cannot be moved.
COPY --from=build /srv/queue-service /srv/queue-service
ENV PATH=/srv/queue-service/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    QUEUE_DATA_DIR=/data \
    QUEUE_HOST=0.0.0.0
USER 10001:10001
WORKDIR /data
EXPOSE 8000
# Of the web; docker-compose.yml has one for each other part.
HEALTHCHECK --interval=15s --timeout=10s --retries=3 --start-period=15s CMD ["queue-service", "doctor", "web"]
CMD ["queue-service", "web"]
