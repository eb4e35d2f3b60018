# The production image: one node. No MySQL and no demo data inside; docs/operations.md lists the settings.
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
# Libraries first: they change less often than the code.
COPY pom.xml ./
RUN mvn --batch-mode -Dmaven.test.skip=true -Dmysql.dist.skip=true dependency:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory=target/lib
COPY src ./src
COPY views ./views
COPY static ./static
RUN mvn --batch-mode -Dmaven.test.skip=true -Dmysql.dist.skip=true package

FROM eclipse-temurin:25-jre
LABEL org.opencontainers.image.title="Ungrant" \
      org.opencontainers.image.description="A self-hosted connected-apps portal" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --system --gid 10001 ungrant && useradd --system --uid 10001 --gid 10001 --no-create-home ungrant
WORKDIR /ungrant
# Two layers: the libraries, and what is ours.
COPY --from=build /build/target/lib ./lib
COPY --from=build /build/target/ungrant.jar /build/target/ungrant-sbom.json ./
COPY LICENSE NOTICE ./
USER 10001:10001
ENV HOST=0.0.0.0 \
    PORT=8080
EXPOSE 8080
# bash speaks enough HTTP, so that no tool has to be in the image for this.
HEALTHCHECK --interval=10s --timeout=8s --start-period=60s --retries=3 CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET /health HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
# No shell in between: SIGTERM reaches the node, which finishes what it is doing.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=70", "-XX:+ExitOnOutOfMemoryError", "-jar", "ungrant.jar"]
