"""An invented distributor's catalogue and vendors, for the seed 'demo'."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """Articles that differ in size only."""

    prefix: str
    # `{}` stands for the size.
    name: str
    sizes: tuple[str, ...]
    # Price of the first size, and the factor from one size to the next.
    price: float
    step: float
    # Usual order quantity.
    quantity: int
    unit: str = "uom.product_uom_unit"


FAMILIES = {
    family.prefix: family
    for family in (
        Family("BLT", "Hex bolt 8.8 zinc {}", ("M6x20", "M6x40", "M8x30", "M8x50", "M10x40", "M12x60", "M16x80", "M20x100"), 0.06, 1.45, 2000),
        Family("NUT", "Hex nut DIN 934 {}", ("M6", "M8", "M10", "M12", "M16", "M20"), 0.03, 1.5, 2500),
        Family("WSH", "Washer DIN 125 A2 {}", ("M6", "M8", "M10", "M12", "M16", "M20"), 0.02, 1.4, 3000),
        Family("ANC", "Through anchor bolt {}", ("M8x75", "M10x90", "M12x110", "M16x140"), 0.85, 1.5, 400),
        Family("HYH", "Hydraulic hose 2SN {}", ('1/4"', '3/8"', '1/2"', '3/4"', '1"'), 4.2, 1.35, 150, "uom.product_uom_meter"),
        Family("HYF", "Hose fitting BSP {}", ('1/4"', '3/8"', '1/2"', '3/4"', '1"'), 2.1, 1.4, 120),
        Family("HYP", "Gear pump group 2 {} cc", ("8", "11", "16", "22"), 138.0, 1.12, 6),
        Family("FLT", "Return line filter {} l/min", ("60", "120", "250"), 34.5, 1.6, 15),
        Family("CBL", "Rubber cable H07RN-F {}", ("3G1.5", "3G2.5", "5G2.5", "5G4", "5G6", "5G10"), 1.15, 1.45, 800, "uom.product_uom_meter"),
        Family("CBD", "Data cable Cat 6A {}", ("U/UTP", "F/UTP", "S/FTP"), 0.72, 1.25, 1500, "uom.product_uom_meter"),
        Family("GLD", "Cable gland PA {}", ("M12", "M16", "M20", "M25", "M32", "M40", "M50"), 0.34, 1.42, 300),
        Family("MCB", "Circuit breaker 1P C{}", ("6", "10", "16", "20", "25", "32", "40"), 3.9, 1.09, 90),
        Family("RCD", "Residual current device {}", ("2P 25A 30mA", "2P 40A 30mA", "4P 40A 30mA", "4P 63A 300mA"), 28.4, 1.35, 20),
        Family("CTR", "Contactor 230 V {} A", ("9", "12", "18", "25", "40", "65"), 17.8, 1.35, 24),
        Family("TRM", "Terminal block {} mm²", ("2.5", "4", "6", "10", "16", "35"), 0.58, 1.35, 600),
        Family("PSU", "DIN rail power supply 24 V {}", ("2.5 A", "5 A", "10 A", "20 A", "40 A"), 41.0, 1.5, 12),
        Family("LED", "LED panel 4000 K {}", ("30x60 24W", "60x60 36W", "30x120 36W", "60x120 60W"), 24.9, 1.3, 40),
        Family("LHB", "LED high bay IP65 {}", ("100 W", "150 W", "200 W", "240 W"), 79.0, 1.28, 16),
        Family("SNI", "Inductive sensor PNP {}", ("M8", "M12", "M18", "M30"), 16.4, 1.22, 30),
        Family("SNO", "Photoelectric sensor {}", ("diffuse 300 mm", "reflex 4 m", "through-beam 15 m"), 38.2, 1.3, 18),
        Family("BRG", "Deep groove bearing {} 2RS", ("6000", "6201", "6203", "6205", "6206", "6208", "6308", "6310"), 1.9, 1.38, 80),
        Family("MTR", "Three-phase motor IE3 4p {} kW", ("0.37", "0.75", "1.5", "2.2", "4", "7.5", "11"), 96.0, 1.42, 4),
        Family("VLV", "Ball valve brass {}", ('1/2"', '3/4"', '1"', '1 1/4"', '1 1/2"', '2"'), 5.6, 1.42, 60),
        Family("GLV", "Nitrile glove, box of 100, size {}", ("S", "M", "L", "XL"), 6.9, 1.0, 100),
        Family("HLM", "Safety helmet {}", ("white", "yellow", "blue"), 11.2, 1.0, 25),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Vendor:
    """A vendor and the people who answer for it."""

    name: str
    domain: str
    country: str
    city: str
    vat: str
    families: tuple[str, ...]
    # First name and surname, job.
    people: tuple[tuple[str, str], ...]
    # How many orders the demo has with it, and its usual lead time in days.
    orders: int
    days: int
    # Prefix of its own article numbers.
    code: str
    currency: str = "EUR"
    term: str = "30days"


VENDORS = (
    Vendor("Acme Fasteners GmbH", "acme-fasteners.example", "DE", "Iserlohn", "DE811907980", ("BLT", "NUT", "WSH", "ANC"), (("Alice Brandt", "Sales"), ("Olivia Kern", "Managing director"), ("Rita Vogel", "Bookkeeping")), 36, 14, "AF"),
    Vendor("Globex Hydraulics Ltd", "globex-hydraulics.example", "GB", "Sheffield", "GB980780684", ("HYH", "HYF", "HYP", "FLT"), (("Mallory Finch", "Sales"), ("Graham Doyle", "Logistics")), 24, 28, "GX", "GBP", "45days"),
    Vendor("Van Dael Kabels NV", "vandael-kabels.example", "BE", "Mechelen", "BE0403170701", ("CBL", "CBD", "GLD"), (("Joris Van Dael", "Sales"), ("Annelies Maes", "Order desk")), 18, 7, "VD"),
    Vendor("Brugge Schakeltechniek BV", "brugge-schakel.example", "BE", "Brugge", "BE0412101728", ("MCB", "RCD", "CTR"), (("Pieter Claeys", "Sales"),), 15, 10, "BS"),
    Vendor("Lumière Industrielle SARL", "lumiere-industrielle.example", "FR", "Lyon", "FR40303265045", ("LED", "LHB"), (("Camille Perrin", "Export sales"),), 11, 21, "LI"),
    Vendor("Rodamientos Costa Brava S.L.", "rodamientos-cb.example", "ES", "Girona", "ESB17234567", ("BRG",), (("Núria Ferrer", "Ventas"), ("Jordi Puig", "Almacén")), 12, 12, "RC"),
    Vendor("Norrland Sensorik AB", "norrland-sensorik.example", "SE", "Umeå", "SE556677889901", ("SNI", "SNO"), (("Elsa Lindqvist", "Key accounts"),), 10, 20, "NS"),
    Vendor("Polmotor Sp. z o.o.", "polmotor.example", "PL", "Tarnów", "PL8730007829", ("MTR",), (("Marek Zieliński", "Sprzedaż"),), 9, 35, "PM"),
    Vendor("Padana Valvole S.r.l.", "padana-valvole.example", "IT", "Brescia", "IT03512340172", ("VLV",), (("Giulia Conti", "Vendite"),), 9, 25, "PV"),
    Vendor("Delta Voeding & Besturing BV", "delta-voeding.example", "NL", "Eindhoven", "NL004495445B01", ("PSU",), (("Sanne de Wit", "Inside sales"),), 9, 9, "DV"),
    Vendor("Tyne Safety Supplies Ltd", "tyne-safety.example", "GB", "Gateshead", "GB117223643", ("GLV", "HLM"), (("Owen Hargreaves", "Sales"),), 7, 8, "TS", "GBP"),
    Vendor("Gesellschaft für Präzisionsdrehteile, Sonderverschraubungen und Oberflächentechnik Müller-Lüdenscheidt & Söhne mbH & Co. Kommanditgesellschaft", "mueller-luedenscheidt.example", "DE", "Lüdenscheid", "DE136695976", ("TRM",), (("Karl-Heinz Müller-Lüdenscheidt", "Geschäftsführung"),), 6, 18, "ML"),
)  # fmt: skip
