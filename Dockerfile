# Reporter in a container: the project is mounted, or copied, into /project.
#
#   docker build --tag reporter .
#   mkdir -p .reporter
#   docker run --rm -v "$PWD":/project:ro -v reporter-ledger:/project/.reporter reporter
#
# By itself it makes and delivers what is due (reporter schedule run); any other command of Reporter
# can stand behind the name of the image.

FROM python:3.12-slim-bookworm AS build
WORKDIR /source
COPY . .
RUN pip wheel --no-cache-dir --constraint scripts/constraints.txt --wheel-dir /wheels ".[s3,sftp]"

FROM python:3.12-slim-bookworm
# Pango and HarfBuzz lay out PDF; fonts come with Reporter.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-index --find-links /wheels "reporter-voice[s3,sftp]" \
    && rm -rf /wheels

RUN useradd --uid 10001 --create-home reporter \
    && install --directory --owner reporter --group reporter /project /project/.reporter
USER 10001
WORKDIR /project
# The ledger: what has been delivered. It outlives the container.
VOLUME /project/.reporter
ENV PYTHONUNBUFFERED=1
# It ends the delivery at hand on SIGTERM; what waits longer than this is in the ledger.
STOPSIGNAL SIGTERM
ENTRYPOINT ["reporter"]
CMD ["schedule", "run", "--log-format", "json"]
