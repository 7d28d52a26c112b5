#!/usr/bin/env python3
"""QGIS, without a screen, loads layers from the address and draws them into a picture to be looked at.

Usage: render.py URL FILE.png      (QT_QPA_PLATFORM=offscreen)
"""
import os
import sys

from qgis.core import (
    QgsApplication, QgsFillSymbol, QgsLineSymbol, QgsMapRendererParallelJob, QgsMapSettings, QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

url, path = sys.argv[1:3]
QgsApplication.setPrefixPath("/usr", True)
app = QgsApplication([], False)
app.initQgis()
layers = []
for name, symbol in [
    ("disputes", QgsFillSymbol.createSimple({"color": "192,57,43,160", "outline_color": "120,20,20"})),
    ("provinces", QgsFillSymbol.createSimple({"color": "0,0,0,0", "outline_color": "40,60,30", "outline_width": "0.7"})),
    ("communes", QgsFillSymbol.createSimple({"color": "231,236,223", "outline_color": "150,160,140"})),
]:
    layer = QgsVectorLayer(f"url='{url}/ogc' typename='{name}' pagingEnabled='true' pageSize='50'", name, "OAPIF")
    if not layer.isValid():
        print(f"{name}: {layer.error().message()}")
        sys.exit(1)
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    features = list(layer.getFeatures())
    print(f"{name}: {len(features)} features, {layer.crs().authid()}, fields {[f.name() for f in layer.fields()][:4]}")
    if not features:
        sys.exit(1)
    layers.append(layer)
settings = QgsMapSettings()
settings.setLayers(layers)
settings.setBackgroundColor(QColor(255, 255, 255))
settings.setOutputSize(QSize(1000, 720))
settings.setExtent(layers[-1].extent())
job = QgsMapRendererParallelJob(settings)
job.start()
job.waitForFinished()
image = job.renderedImage()
image.save(path)
colours = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
print(f"{path}: {image.width()} × {image.height()}, {len(colours)} colours, errors: {[e.message for e in job.errors()]}")
sys.stdout.flush()
# Leaves without taking the application apart: QGIS 3.22 falls over its own layers there.
os._exit(0 if len(colours) > 5 and not job.errors() else 1)
