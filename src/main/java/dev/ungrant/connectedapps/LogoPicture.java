package dev.ungrant.connectedapps;

import io.micronaut.data.annotation.MappedEntity;

/** @param png as {@link LogoImage} drew it */
@MappedEntity("app_logos")
record LogoPicture(byte[] png) {}
