package dev.ungrant.logos;

import io.micronaut.data.annotation.MappedEntity;

/** @param png as {@link LogoImage} drew it */
@MappedEntity("logos")
record LogoPicture(byte[] png) {}
