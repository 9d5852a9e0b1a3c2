# The web page alone: no torch, no tensorflow, no models to run. It talks to the API over HTTP.
#
#   docker build -f docker/webapp.Dockerfile -t emoclassify-webapp .
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
ARG PYPI=https://pypi.org/simple
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_INDEX_URL=${PYPI}
WORKDIR /build
RUN python -m venv --without-pip /opt/emoclassify
COPY requirements.txt pyproject.toml docker/groups.py ./
RUN python groups.py --alone web > wanted.txt \
    && pip --python /opt/emoclassify/bin/python install --only-binary :all: --constraint requirements.txt \
        --requirement wanted.txt
COPY README.md LICENSE ./
COPY emoclassify emoclassify
COPY api api
COPY webapp webapp
RUN pip install --constraint requirements.txt hatchling \
    && pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && pip --python /opt/emoclassify/bin/python install --no-deps dist/*.whl \
    && ln -s "$(/opt/emoclassify/bin/python -I -c 'import emoclassify.serve as s; print(s.programs())')" \
        /opt/emoclassify/programs

FROM ${BASE}
RUN python -m pip uninstall --yes --quiet --root-user-action ignore wheel setuptools pip \
    && groupadd --gid 10001 emoclassify \
    && useradd --uid 10001 --gid 10001 --home-dir /tmp --no-create-home --shell /usr/sbin/nologin emoclassify
COPY --from=build /opt/emoclassify /opt/emoclassify
ENV PATH=/opt/emoclassify/bin:$PATH PYTHONPATH=/opt/emoclassify/programs PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 HOME=/tmp EMOCLASSIFY_API_URL=http://api:8000
USER 10001:10001
WORKDIR /opt/emoclassify/programs
# An image in which the page cannot start is not made.
RUN python -m webapp --help > /dev/null
EXPOSE 8501
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
ENTRYPOINT ["python", "-m", "webapp", "--port", "8501"]
CMD ["--host", "0.0.0.0"]
